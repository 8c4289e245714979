export { providerToken } from '../gateway/token/provider-token.ts'
export type { SharedStore } from '../held-session/shared-flight.ts'
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
export {
  aspNetIdentity,
  betterAuth,
  cognito,
  djRestAuth,
  express,
  laravelJwt,
  nest,
  oauth2Server,
  payload,
  pocketBase,
  simpleJwt,
  springJwt,
  strapi,
  supabaseAuth,
} from './presets.ts'
export { shareRenewals } from './share-renewals.ts'
