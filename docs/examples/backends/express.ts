import { apiBackend, express } from 'evergate/backend'

export default apiBackend(express)
