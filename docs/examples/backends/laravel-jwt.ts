import { apiBackend, laravelJwt } from 'evergate/backend'

export default apiBackend(laravelJwt)
