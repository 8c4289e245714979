import type { Revocation } from '../gateway/decision/revocation.ts'

/** Next bundles `instrumentation.ts` and the app apart, so that a module's own variable would not be the same for both. */
const PLACE = Symbol.for('evergate.revocation')
const shared = globalThis as { [PLACE]?: Revocation }

/**
 * Gives the app's own side the `revocation` of the gateway: `getSession()`, `requireSession()`, `backendFetch()` and the proxy know then,
 * too, which sessions have ended, also on paths that the middleware's `matcher` leaves out. Call it in `register()` of `instrumentation.ts`.
 *
 * @example
 * export function register() {
 *   honourEnded(endedFeed({ url: 'http://127.0.0.1:3001/ended', secret: process.env.FEED_SECRET ?? '' }))
 * }
 */
export function honourEnded(revocation: Revocation): void {
  shared[PLACE] = revocation
}

/** The option of {@link honourEnded}. */
export const revocationOption = (): { readonly revocation?: Revocation } =>
  shared[PLACE] ? { revocation: shared[PLACE] } : {}
