// provider.ts
import type { OAuth2Options } from 'evergate/oauth2'

export const provider: OAuth2Options = {
  issuer: 'https://id.example/realms/main',
  clientId: 'my-app',
  clientAuthentication: { method: 'client_secret_basic', secret: process.env.CLIENT_SECRET ?? '' },
}
