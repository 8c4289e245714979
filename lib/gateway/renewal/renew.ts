import type { GatewaySettings } from '../options.ts'
import { readAccessToken } from '../token/access-token.ts'
import type { AccessTokenClaims } from '../token/claims.ts'
import type { GatewayTokens } from '../token/gateway-token.ts'
import type { KeySet } from '../token/key-set.ts'
import { signUserData } from '../token/user-data.ts'
import type { IssuedTokens, RefreshContext } from './backend.ts'
import { unavailable } from './backend.ts'
import { untilAborted, withDeadline } from './deadline.ts'
import { createGuardedRefresh } from './guarded-refresh.ts'
import { createSingleFlight } from './single-flight.ts'

/** Tokens of a backend that were verified, and what is to stand in the cookies. */
export type VerifiedTokens = {
  readonly claims: AccessTokenClaims
  readonly issued: IssuedTokens
  /** The value of the `userDataEtls` cookie. */
  readonly userData: string | null
}

export type Renewal =
  | { readonly result: 'rotated'; readonly tokens: VerifiedTokens }
  | { readonly result: 'refused'; readonly reason: string }
  | { readonly result: 'unavailable'; readonly reason: string }

/** A renewal as one request has met it. */
export type Attempt = {
  readonly renewal: Renewal
  readonly traceparent: string
  /** Another request's call has brought it. */
  readonly shared: boolean
  /** Milliseconds since the epoch. */
  readonly endedAt: number
  /** How long the request waited. */
  readonly milliseconds: number
}

/** `contextOf` is asked when it comes to a call, and not when there is one to share. */
export type Renew = (refreshToken: string, contextOf: () => RefreshContext) => Promise<Renewal>

type Parts = {
  readonly settings: GatewaySettings
  readonly keys: KeySet
  readonly gatewayTokens: GatewayTokens
}

const UNVERIFIABLE = unavailable('keys_unavailable')
const NO_ANSWER = unavailable('no_answer')
/** How many remembered answers a straggler may be led through: one a token life, within the memory. */
const MAX_HOPS = 16

/** Renews sessions: one flight per refresh token, one time budget, nothing trusted before it is verified. */
export function createRenewer(parts: Parts): Renew {
  const { settings } = parts
  const refresh = createGuardedRefresh(settings, parts.keys)
  const watchSkew = createSkewWatch(settings)
  const flights = createSingleFlight<Renewal>(
    settings.clock,
    (renewal, presented) => renewal.result !== 'unavailable' && childOf(renewal, presented) !== null,
  )

  // A remembered access token may have run out since, or the session moved on: its refresh token then leads to the newest
  // that this process knows, and no straggler sets its browser back. Undefined: this is the newest. Null: it leads nowhere.
  function childOf(renewal: Renewal, presented: string): string | null | undefined {
    if (renewal.result !== 'rotated') return undefined
    const { refreshToken } = renewal.tokens.issued
    const child = refreshToken === presented ? null : refreshToken
    const hasEnded = renewal.tokens.claims.expiresAt <= settings.clock() / 1000
    return hasEnded || (child !== null && flights.recall(child)) ? child : undefined
  }

  async function renewOnce(
    refreshToken: string,
    context: RefreshContext,
    signal: AbortSignal,
  ): Promise<Renewal> {
    const answer = await refresh(refreshToken, context, signal)
    if (answer.result !== 'rotated') return answer
    const renewal = await untilAborted(verifyIssued(parts, answer.tokens), signal).catch(() => NO_ANSWER)
    if (renewal.result === 'rotated') watchSkew(renewal.tokens.claims.issuedAt)
    return renewal
  }

  return async (refreshToken, contextOf) => {
    let presented = refreshToken
    for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
      const renewal = await flights.share(presented, () =>
        withDeadline(settings.refreshTimeout, (signal) => renewOnce(presented, contextOf(), signal)),
      )
      const child = childOf(renewal, presented)
      if (child === undefined) return renewal
      if (child === null) break
      presented = child
    }
    return NO_ANSWER
  }
}

/** Seconds; machines that keep time by NTP differ by far less. */
const TELLING_SKEW = 10

/** Tells once when the backend's clock differs, by a token it has just issued, and again when that changes. */
function createSkewWatch({ clock, onEvent }: GatewaySettings): (issuedAt: number) => void {
  let told = 0
  return (issuedAt) => {
    const seconds = Math.round(clock() / 1000 - issuedAt)
    if (Math.abs(seconds - told) <= TELLING_SKEW) return
    told = seconds
    onEvent({ type: 'clock.skewed', seconds })
  }
}

/**
 * What a session's cookies may take of the 16 KB that Node accepts of a request's headers. Beyond these, whoever has
 * the cookies is answered 431 until they end.
 */
const MAX_COOKIE_BYTES = 12_288

/** Verifies tokens that a backend has issued, and signs its user data. */
export async function verifyIssued(parts: Parts, issued: IssuedTokens): Promise<Renewal> {
  const { settings, gatewayTokens } = parts
  const now = settings.clock() / 1000
  const token = await readAccessToken(issued.accessToken, { ...settings, keys: parts.keys }, now, true)
  if (token.state === 'unverifiable') return UNVERIFIABLE
  if (token.state !== 'valid' && token.state !== 'expiring') {
    const detail = token.state === 'invalid' ? token.reason : token.state
    return unavailable(`issued_token_${detail}`)
  }
  const signed = issued.userData && (await signUserData(gatewayTokens, issued.userData, token.claims))
  const bytes = `${issued.accessToken}${issued.refreshToken ?? ''}${signed ?? ''}`.length
  const fits = bytes <= MAX_COOKIE_BYTES
  if (signed && !fits) settings.onEvent({ type: 'user-data.left-out', bytes, sid: token.claims.sid })
  return { result: 'rotated', tokens: { claims: token.claims, issued, userData: fits ? signed : null } }
}
