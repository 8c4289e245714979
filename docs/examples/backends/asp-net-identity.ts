import { apiBackend, aspNetIdentity } from 'evergate/backend'

export default apiBackend(aspNetIdentity)
