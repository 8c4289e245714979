import { apiBackend, nest } from 'evergate/backend'

export default apiBackend(nest)
