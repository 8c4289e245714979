import { isJsonObject } from '../gateway/json-object.ts'
import type { GatewaySettings } from '../gateway/options.ts'
import type { IssuedTokens, UserData } from '../gateway/renewal/backend.ts'
import { PROVIDER_TOKEN_CLAIM } from '../gateway/token/provider-token.ts'
import type { Sealer } from '../gateway/token/sealed.ts'
import type { SignAccessToken } from './held-keys.ts'

/**
 * A session of another server, as the gateway holds it: sealed in the refresh cookie. Servers tell who a session belongs
 * to once, and few repeat it on renewals.
 */
export type HeldSession = {
  readonly sub: string
  /** The same for the whole life of the session. */
  readonly sid: string
  readonly roles: readonly string[]
  readonly userData: UserData
  /** Null: the server gave none, and the session ends with its access token. */
  readonly refreshToken: string | null
  /** When the person signed in, in seconds since the epoch. */
  readonly authTime?: number
  /** How sure that sign-in was, and how it was done (RFC 9068 2.2.1). */
  readonly acr?: string
  readonly amr?: readonly string[]
}

/** The other server's access token. `expiresIn` in seconds. */
export type ForeignToken = { readonly accessToken: string; readonly expiresIn: number }

/** Makes a session's cookies of what another server has handed out, and finds the session in them again. */
export function createHeldSessions<Held extends HeldSession>(parts: {
  readonly settings: Pick<GatewaySettings, 'issuer' | 'audience'>
  readonly sealer: Sealer
  readonly sign: SignAccessToken
}) {
  const { settings, sealer, sign } = parts

  return {
    /** The values of the cookies. `now` in seconds. */
    async issue(held: Held, foreign: ForeignToken, now: number): Promise<IssuedTokens> {
      return {
        accessToken: await wrap(held, foreign, now),
        refreshToken: await this.seal(held),
        refreshTokenMaxAge: null,
        userData: held.userData,
        otherCookies: [],
      }
    },
    /** Null for a session that cannot be renewed. */
    async seal(held: Held): Promise<string | null> {
      return held.refreshToken === null ? null : sealer.seal('refresh+jwe', held)
    },
    /** The session in a refresh cookie; null when this gateway did not make it. */
    async open(refreshCookie: string): Promise<Held | null> {
      const held = await sealer.open('refresh+jwe', refreshCookie)
      return held && isJsonObject(held.userData) ? (held as unknown as Held) : null
    },
  }

  /** A token in the form the gateway verifies (RFC 9068), with the server's in it: neither can be had without the other. */
  function wrap(held: Held, { accessToken, expiresIn }: ForeignToken, now: number): Promise<string> {
    const { sub, sid, roles, authTime, acr, amr } = held
    const iat = Math.floor(now)
    return sign({
      iss: settings.issuer,
      aud: settings.audience,
      sub,
      sid,
      roles,
      iat,
      exp: iat + Math.floor(expiresIn),
      jti: crypto.randomUUID(),
      // JSON leaves out what is undefined.
      auth_time: authTime,
      acr,
      amr,
      [PROVIDER_TOKEN_CLAIM]: accessToken,
    })
  }
}

/** When and how a person has signed in, as claims tell it (OpenID Connect Core 1.0, 2; RFC 9068 2.2.1). */
export const signInOf = ({
  auth_time: authTime,
  acr,
  amr,
}: Readonly<Record<string, unknown>>): Pick<HeldSession, 'authTime' | 'acr' | 'amr'> => ({
  ...(typeof authTime === 'number' && { authTime }),
  ...(typeof acr === 'string' && { acr }),
  ...(Array.isArray(amr) && { amr: amr.filter((method) => typeof method === 'string') }),
})
