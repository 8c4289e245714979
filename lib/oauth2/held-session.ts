import * as oauth from 'oauth4webapi'
import type { JsonObject } from '../gateway/json-object.ts'
import type { GatewaySettings } from '../gateway/options.ts'
import type { IssuedTokens } from '../gateway/renewal/backend.ts'
import { importSecret } from '../gateway/token/algorithms.ts'
import type { Sealer } from '../gateway/token/sealed.ts'
import { secretBytes } from '../gateway/token/secret-bytes.ts'
import { signJwt } from '../gateway/token/sign-jwt.ts'
import { ACCESS_TOKEN_TYPE } from '../held-session/held-keys.ts'
import type { HeldSession } from '../held-session/held-session.ts'
import { createHeldSessions, signInOf } from '../held-session/held-session.ts'
import { nameOfProviderSession } from '../held-session/provider-session.ts'
import type { KnownSession, OAuth2Options } from './options.ts'
import { personOf } from './options.ts'

/** A session at an OpenID provider. */
export type ProviderSession = HeldSession &
  KnownSession & {
    /** The claims of userinfo, where that was asked. */
    readonly info?: JsonObject
  }

/** The purpose of the seal: a value that this part seals opens for no other. */
export const PURPOSE = 'evergate oauth2'

/** Seconds that an access token lives whose provider does not tell (RFC 6749 5.1 only recommends it). */
const UNTOLD_LIFE = 300

async function newSid(providerSid: string | null): Promise<string> {
  const id = crypto.randomUUID()
  return providerSid === null ? id : `${await nameOfProviderSession(providerSid)}.${id}`
}

/** Makes sessions of the provider's answers, and finds them again in cookies. */
export function createSessions(options: OAuth2Options, settings: GatewaySettings, sealer: Sealer) {
  const { person = personOf, accessTokens = 'opaque' } = options
  const sessions = createHeldSessions<ProviderSession>({
    settings,
    sealer,
    // Not before there is one to sign: with `accessTokens: 'jwt'` there may be no secret.
    async sign(claims) {
      const { secret = '', alg = 'HS256' } = 'secret' in settings.keys ? settings.keys : {}
      const key = await importSecret(secretBytes(secret), alg)
      return signJwt({ typ: ACCESS_TOKEN_TYPE, alg }, claims, key)
    },
  })

  /** The values of the cookies after an answer of the token endpoint. `now` in seconds. */
  async function issue(
    answer: oauth.TokenEndpointResponse,
    before: ProviderSession | null,
    now: number,
    info = before?.info,
  ): Promise<IssuedTokens> {
    const held = await hold(answer, before, now, info)
    const { access_token: accessToken, expires_in: expiresIn = UNTOLD_LIFE } = answer
    if (accessTokens === 'opaque') return sessions.issue(held, { accessToken, expiresIn }, now)
    const { userData } = held
    const refreshToken = await sessions.seal(held)
    return { accessToken, refreshToken, refreshTokenMaxAge: null, userData, otherCookies: [] }
  }

  async function hold(
    answer: oauth.TokenEndpointResponse,
    before: ProviderSession | null,
    now: number,
    info: JsonObject | undefined,
  ): Promise<ProviderSession> {
    const idToken = oauth.getValidatedIdTokenClaims(answer)
    if (!idToken && !before) throw new TypeError('an ID token is needed to begin a session')
    // OpenID Connect Core 1.0, 12.2: a renewal never changes whose session it is.
    if (idToken && before && idToken.sub !== before.sub)
      throw new TypeError('the ID token is of somebody else')
    const { roles, userData } = idToken
      ? person({ ...info, ...idToken } as typeof idToken, answer.access_token)
      : {}
    // A provider that does not tell when the person has signed in may have known them by a cookie, for weeks: nobody knows then.
    const signIn = before ?? signInOf(idToken ?? {})
    const providerSid = typeof idToken?.sid === 'string' ? idToken.sid : (before?.providerSid ?? null)
    return {
      sub: before?.sub ?? idToken?.sub ?? '',
      sid: before?.sid ?? (await newSid(providerSid)),
      providerSid,
      beganAt: before ? (before.beganAt ?? null) : Math.floor(now),
      refreshToken: answer.refresh_token ?? before?.refreshToken ?? null,
      roles: roles ?? before?.roles ?? [],
      userData: userData ?? before?.userData ?? {},
      ...(signIn.authTime !== undefined && { authTime: signIn.authTime }),
      ...(signIn.acr !== undefined && { acr: signIn.acr }),
      ...(signIn.amr !== undefined && { amr: signIn.amr }),
      ...(info && { info }),
    }
  }

  return { issue, open: sessions.open }
}
