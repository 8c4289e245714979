import { apiBackend, supabaseAuth } from 'evergate/backend'

export default apiBackend(supabaseAuth)
