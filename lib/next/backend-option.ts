import configured from 'evergate/next/backend'
import { GatewayError } from '../gateway/errors.ts'
import type { GatewayOptions } from '../gateway/options.ts'

/**
 * The backend of the file that `withGateway()` was told, for the gateway and the app alike.
 *
 * @throws {GatewayError} `invalid_option` where the file has not come into this bundle.
 */
export function backendOption(): Pick<GatewayOptions, 'backend'> {
  // Next replaces this very expression at build time.
  const file = process.env.EVERGATE_BACKEND
  if (file && !configured)
    throw new GatewayError('invalid_option', `${file} must export its backend as the default`)
  return configured ? { backend: configured } : {}
}
