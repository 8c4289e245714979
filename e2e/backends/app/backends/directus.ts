import { apiBackend } from 'evergate/backend'

export default apiBackend({
  signIn: '/auth/login',
  refresh: { path: '/auth/refresh', refreshToken: 'body:refresh_token', fields: { mode: 'json' } },
  signOut: { path: '/auth/logout', refreshToken: 'body:refresh_token' },
  tokens: { access: '/data/access_token', refresh: '/data/refresh_token' },
  person: ({ claims: { id, role } }) => ({ id, roles: [role] }),
})
