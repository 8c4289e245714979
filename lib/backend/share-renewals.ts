import { createSealer } from '../gateway/token/sealed.ts'
import type { SharedStore } from '../held-session/shared-flight.ts'
import { sharedFlight } from '../held-session/shared-flight.ts'
import type { ApiBackend } from './api-backend.ts'

/**
 * For several processes before a backend that rotates strictly: a session is renewed by one of them, and the others get the answer from
 * a store that they share. The stored answers are sealed.
 *
 * @example
 * export default shareRenewals(apiBackend(nest), store)
 */
export const shareRenewals = (api: ApiBackend, store: SharedStore): ApiBackend => ({
  ...api,
  open(settings) {
    const opened = api.open(settings)
    const { backend } = opened
    const parts = { store, settings, sealer: createSealer(settings, 'evergate shared renewals') }
    return {
      ...opened,
      backend: {
        ...backend,
        refresh: (session, context) =>
          sharedFlight(parts, session.refreshToken, context.signal, () => backend.refresh(session, context)),
      },
    }
  },
})
