export { providerToken } from '../gateway/token/provider-token.ts'
export type { ApiBackend } from './api-backend.ts'
export { apiBackend } from './api-backend.ts'
export type {
  ApiDescription,
  Call,
  CallInput,
  Person,
  PersonSources,
  Place,
  Places,
  TokenPlaces,
  Transport,
} from './description.ts'
