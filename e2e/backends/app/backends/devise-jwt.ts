import { apiBackend } from 'evergate/backend'

export default apiBackend({
  signIn: { path: '/users/sign_in', body: ({ credentials }) => ({ user: credentials }) },
  refresh: { path: '/users/token', method: 'PATCH', accessToken: 'bearer' },
  signOut: { path: '/users/sign_out', method: 'DELETE' },
  tokens: { access: 'header:authorization' },
})
