import type { OnEvent } from '../events/events.ts'
import type { Clock } from '../platform.ts'
import { readAccessToken } from '../token/access-token.ts'
import type { GatewayTokens } from '../token/gateway-token.ts'
import type { KeySet } from '../token/key-set.ts'
import { signUserData } from '../token/user-data.ts'
import type { IssuedTokens } from './backend.ts'
import { unavailable } from './backend.ts'
import type { FitSettings } from './misfit.ts'
import { explainMisfit } from './misfit.ts'
import type { Renewal } from './renewal.ts'

/** The settings that verifying a backend's tokens needs. */
export type VerifierSettings = FitSettings & {
  readonly clock: Clock
  /** Seconds before `exp` from which a token counts as expiring. */
  readonly renewBefore: number
  readonly onEvent: OnEvent
}

/** Verifies what a backend has issued. */
export type Verifier = {
  readonly settings: VerifierSettings
  readonly keys: KeySet
  readonly gatewayTokens: GatewayTokens
}

/**
 * The room of a session's cookies within the 16 KB that Node accepts of a request's headers. Beyond it, a browser that has
 * the cookies is answered 431 until they end.
 */
const MAX_COOKIE_BYTES = 12_288

/**
 * Verifies tokens that a backend has issued, and signs its user data. `isFresh`: they have just come, so that their key may be
 * newer than those known, and a misfit is told.
 */
export async function verifyIssued(
  verifier: Verifier,
  issued: IssuedTokens,
  isFresh = true,
): Promise<Renewal> {
  const { settings, keys, gatewayTokens } = verifier
  const { onEvent } = settings
  const { accessToken, refreshToken } = issued
  const now = settings.clock() / 1000
  const token = await readAccessToken(accessToken, { ...settings, keys }, now, isFresh)
  if (token.state === 'unverifiable') return unavailable('keys_unavailable')
  const isGood = token.state === 'valid' || token.state === 'expiring'
  const isTooLong = (refreshToken?.length ?? 0) > settings.maxRefreshTokenBytes
  if (!isGood || isTooLong) {
    const reason = isGood ? 'refresh_token_length' : token.state === 'invalid' ? token.reason : token.state
    if (isFresh)
      onEvent({ type: 'backend.misfit', reason, message: explainMisfit(reason, accessToken, settings) })
    return { ...unavailable(`issued_token_${reason}`), isMisfit: true }
  }
  const { claims } = token
  const signed = issued.userData && (await signUserData(gatewayTokens, issued.userData, claims))
  const bytes = `${accessToken}${refreshToken ?? ''}${signed ?? ''}`.length
  const fits = bytes <= MAX_COOKIE_BYTES
  if (signed && !fits) onEvent({ type: 'user-data.left-out', bytes, sid: claims.sid })
  return { result: 'rotated', tokens: { claims, issued, userData: fits ? signed : null } }
}
