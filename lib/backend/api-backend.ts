import type { HoldingBackend } from '../gateway/options.ts'
import { checkedAddress } from '../gateway/private-address.ts'
import type { ApiDescription } from './description.ts'
import { openBackend } from './open-backend.ts'

/** A backend that was described; `description` is what it was made of. */
export type ApiBackend = HoldingBackend & { readonly description: ApiDescription }

/**
 * A backend of any kind, unchanged: says in data how it signs people in, renews and signs out, and the gateway holds its
 * sessions. Export it from a file of its own, and name the file to `withGateway()`, so that the gateway and the app have the
 * same.
 *
 * @throws {GatewayError} `invalid_option` when tokens would be sent over plain http to a public address.
 * @example session-backend.ts
 * import { apiBackend, nest } from 'evergate/backend'
 * export default apiBackend(nest)
 */
export function apiBackend(description: ApiDescription): ApiBackend {
  if (description.baseUrl !== undefined) checkedAddress(description.baseUrl)
  return { description, open: (settings) => openBackend(description, settings) }
}
