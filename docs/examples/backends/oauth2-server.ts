import { apiBackend, oauth2Server } from 'evergate/backend'

export default apiBackend(oauth2Server)
