import { apiBackend } from 'evergate/backend'

export default apiBackend({
  signIn: {
    path: '/session/new',
    body: ({ credentials }) => ({ login: credentials.email, secret: credentials.password }),
  },
  refresh: { path: '/session/extend', refreshToken: 'header:X-Refresh', tokens: { access: '/data/next' } },
  signOut: { path: '/session', method: 'DELETE' },
  tokens: { access: '/data/jwt', refresh: 'cookie:refresh', life: '/data/seconds' },
  person: ({ claims }) => ({ id: claims.uid, roles: claims.groups, userData: { name: claims.name } }),
  refused: (status, body) => status === 410 || body.code === 'SESSION_OVER',
})
