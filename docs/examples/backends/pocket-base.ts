import { apiBackend, pocketBase } from 'evergate/backend'

export default apiBackend(pocketBase)
