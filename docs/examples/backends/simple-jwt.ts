import { apiBackend, simpleJwt } from 'evergate/backend'

export default apiBackend(simpleJwt)
