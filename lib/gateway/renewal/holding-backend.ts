import type { GatewaySettings } from '../options.ts'
import type { Backend } from './backend.ts'

/**
 * A backend whose sessions the gateway holds: it signs access tokens of its own around the backend's. `apiBackend()` of
 * `evergate/backend` makes one.
 */
export type HoldingBackend = {
  /** Told the gateway's settings when a gateway, or the app's side of it, begins to work. */
  open(settings: GatewaySettings): Pick<GatewaySettings, 'keys' | 'gatewaySecrets'> & {
    readonly backend: Backend
  }
}
