import { receiveSecurityEvents } from 'evergate/security-events'
import { endings } from '../oidc/ended-sessions'
import { store } from '../oidc/shared-store'

export const { POST } = receiveSecurityEvents({
  issuer: 'https://provider.example',
  audience: 'https://app.example',
  keys: { jwksUrl: 'https://provider.example/jwks' },
  authorization: `Bearer ${process.env.EVENTS_SECRET}`,
  endings,
  store,
})
