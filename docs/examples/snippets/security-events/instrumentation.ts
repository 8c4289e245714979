import { pollSecurityEvents } from 'evergate/security-events'
import { endings } from '../oidc/ended-sessions'
import { store } from '../oidc/shared-store'

const polls = pollSecurityEvents({
  endpoint: 'https://provider.example/events/poll',
  authorization: `Bearer ${process.env.EVENTS_SECRET}`,
  issuer: 'https://provider.example',
  audience: 'https://app.example',
  keys: { jwksUrl: 'https://provider.example/jwks' },
  endings,
  store,
  onError: (error) => console.error('security events', error),
})

export function register(): void {
  void polls.follow(new AbortController().signal)
}
