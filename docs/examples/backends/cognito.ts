import { apiBackend, cognito } from 'evergate/backend'

export default apiBackend(cognito)
