import { apiBackend } from 'evergate/backend'

export default apiBackend({
  signIn: { path: '/refreshtoken', headers: { cookie: 'refreshToken=the-first' } },
  refresh: { path: '/refreshtoken', refreshToken: 'cookie:refreshToken' },
  signOut: { path: '/logout', refreshToken: 'cookie:refreshToken' },
  person: ({ answer: { userData } }) => ({ id: userData.id, roles: [userData.role], userData }),
  refused: (status) => status === 401 || status === 403,
})
