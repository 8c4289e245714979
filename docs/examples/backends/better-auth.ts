import { apiBackend, betterAuth } from 'evergate/backend'

export default apiBackend(betterAuth)
