import { apiBackend, payload } from 'evergate/backend'

export default apiBackend(payload)
