import { apiBackend, springJwt } from 'evergate/backend'

export default apiBackend(springJwt)
