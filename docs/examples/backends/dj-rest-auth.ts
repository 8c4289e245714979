import { apiBackend, djRestAuth } from 'evergate/backend'

export default apiBackend(djRestAuth)
