import { apiBackend, simpleJwt } from 'evergate/backend'

export default apiBackend({ ...simpleJwt, signIn: '/auth/jwt/create/', me: '/auth/users/me/' })
