import type { CookiePair } from './cookies/header.ts'
import { readSessionCookies } from './cookies/session-cookies.ts'
import type { BoundSessions } from './device/bound-session.ts'
import { createBoundSessions, isBound, readBoundCookies } from './device/bound-session.ts'
import type { GatewaySettings } from './options.ts'
import type { UserData } from './renewal/backend.ts'
import type { RequestSession } from './response/outcome.ts'
import { createTokenCache } from './token/cache.ts'
import { createGatewayTokens } from './token/gateway-token.ts'
import { createKeySet } from './token/key-set.ts'
import { providerToken } from './token/provider-token.ts'
import { sessionEndOf } from './token/session-end.ts'
import { signInMethodsOf } from './token/sign-in-methods.ts'
import { readSignedOutMark } from './token/signed-out.ts'
import { readUserData } from './token/user-data.ts'

/** `accessToken` is the one that an API is to be sent. */
export type VerifiedSession = RequestSession & {
  readonly userData: UserData | null
  /** When the session ends for good, in seconds since the epoch; null when nobody says. */
  readonly endsAt: number | null
  /** How the person has signed in (RFC 8176). */
  readonly amr: readonly string[]
  /** Whether a key of the device is needed to renew the session. */
  readonly device: 'bound' | 'unbound'
}

/** Verifies the session in a request's cookies by itself, without renewing: for code behind the gateway. */
export function createSessionReader(settings: GatewaySettings) {
  const keys = createKeySet(settings)
  const tokens = createTokenCache({ ...settings, keys }, settings.tokenCacheSize)
  const gatewayTokens = createGatewayTokens(settings)
  const endedSessions = settings.revocation?.open(settings)
  let boundSessions: BoundSessions | undefined

  /** Of the same session: somebody else's cookie binds nothing. */
  async function deviceOf(pairs: readonly CookiePair[], secure: boolean, sid: string) {
    const { refreshToken } = readBoundCookies(pairs, settings, secure).values
    if (!isBound(refreshToken)) return 'unbound'
    boundSessions ??= createBoundSessions(settings)
    return (await boundSessions.open(refreshToken))?.sid === sid ? 'bound' : 'unbound'
  }

  /** `degraded`: the gateway has let this request pass although its token has run out. */
  return async (
    pairs: readonly CookiePair[],
    request: { readonly secure: boolean; readonly degraded: boolean },
  ): Promise<VerifiedSession | null> => {
    const now = settings.clock() / 1000
    const { values } = readSessionCookies(pairs, settings, request.secure)
    const { accessToken } = values
    const token = tokens.recall(accessToken, now) ?? (await tokens.read(accessToken, now))
    const claims = 'claims' in token ? token.claims : null
    if (!claims || accessToken === undefined) return null
    if ((await endedSessions?.look(claims))?.endedBy) return null
    const isStale = claims.expiresAt <= now
    if (isStale && !(request.degraded && now - claims.expiresAt < settings.staleIfError)) return null
    if ((await readSignedOutMark(gatewayTokens, values.signedOut, now)).sid === claims.sid) return null
    return {
      ...claims,
      accessToken: providerToken(accessToken),
      userData: await readUserData(gatewayTokens, values.userData, claims, now),
      endsAt: sessionEndOf(accessToken),
      amr: signInMethodsOf(accessToken),
      device: await deviceOf(pairs, request.secure, claims.sid),
    }
  }
}
