import { apiBackend, strapi } from 'evergate/backend'

export default apiBackend(strapi)
