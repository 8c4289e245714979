import { apiBackend, djRestAuth } from 'evergate/backend'

export default apiBackend({
  ...djRestAuth,
  refresh: { path: '/auth/token/refresh/', refreshToken: 'cookie:my-refresh-token' },
  signOut: { path: '/auth/logout/', refreshToken: 'cookie:my-refresh-token' },
  tokens: { refresh: 'cookie:my-refresh-token' },
})
