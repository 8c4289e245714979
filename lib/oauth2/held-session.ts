import { SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { isJsonObject } from '../gateway/json-object.ts'
import type { GatewaySettings } from '../gateway/options.ts'
import type { IssuedTokens, UserData } from '../gateway/renewal/backend.ts'
import { PROVIDER_TOKEN_CLAIM } from '../gateway/token/provider-token.ts'
import type { KnownSession, OAuth2Options } from './options.ts'
import { personOf } from './options.ts'
import type { Sealer } from './sealed.ts'

/** What the refresh cookie holds, sealed: providers tell who a session belongs to once, and few repeat it on renewals. */
export type HeldSession = KnownSession & {
  /** Null: the provider gave none, and the session ends with its access token. */
  readonly refreshToken: string | null
  readonly roles: readonly string[]
  readonly userData: UserData
}

/** Seconds that an access token lives whose provider does not tell (RFC 6749 5.1 only recommends it). */
const UNTOLD_LIFE = 300

/** Makes sessions of the provider's answers, and finds them again in cookies. */
export function createSessions(options: OAuth2Options, settings: GatewaySettings, sealer: Sealer) {
  const { person = personOf, accessTokens = 'opaque' } = options

  /** What the cookies are to hold after an answer of the token endpoint. `now` in seconds. */
  async function issue(
    answer: oauth.TokenEndpointResponse,
    before: HeldSession | null,
    now: number,
  ): Promise<IssuedTokens> {
    const held = hold(answer, before)
    return {
      accessToken: accessTokens === 'jwt' ? answer.access_token : await wrap(answer, held, now),
      refreshToken: held.refreshToken === null ? null : await sealer.seal('refresh+jwe', held),
      refreshTokenMaxAge: null,
      userData: held.userData,
      otherCookies: [],
    }
  }

  function hold(answer: oauth.TokenEndpointResponse, before: HeldSession | null): HeldSession {
    const idToken = oauth.getValidatedIdTokenClaims(answer)
    if (!idToken && !before) throw new TypeError('an ID token is needed to begin a session')
    // OpenID Connect Core 1.0, 12.2: a renewal never changes whose session it is.
    if (idToken && before && idToken.sub !== before.sub)
      throw new TypeError('the ID token is of somebody else')
    const { roles, userData } = idToken ? person(idToken, answer.access_token) : {}
    return {
      sub: before?.sub ?? idToken?.sub ?? '',
      sid: before?.sid ?? crypto.randomUUID(),
      providerSid: typeof idToken?.sid === 'string' ? idToken.sid : (before?.providerSid ?? null),
      refreshToken: answer.refresh_token ?? before?.refreshToken ?? null,
      roles: roles ?? before?.roles ?? [],
      userData: userData ?? before?.userData ?? {},
    }
  }

  /** A token in the form the gateway verifies (RFC 9068), with the provider's in it: neither can be had without the other. */
  async function wrap(
    answer: oauth.TokenEndpointResponse,
    { sub, sid, roles }: HeldSession,
    now: number,
  ): Promise<string> {
    const { keys, issuer, audience } = settings
    const iat = Math.floor(now)
    return new SignJWT({ sid, roles: [...roles], [PROVIDER_TOKEN_CLAIM]: answer.access_token })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(sub)
      .setJti(crypto.randomUUID())
      .setIssuedAt(iat)
      .setExpirationTime(iat + (answer.expires_in ?? UNTOLD_LIFE))
      .sign(new TextEncoder().encode('secret' in keys ? keys.secret : ''))
  }

  /** The session in a refresh cookie; null when this gateway did not make it. */
  async function open(refreshCookie: string): Promise<HeldSession | null> {
    const held = await sealer.open('refresh+jwe', refreshCookie)
    return held && isJsonObject(held.userData) ? (held as HeldSession) : null
  }

  return { issue, open }
}
