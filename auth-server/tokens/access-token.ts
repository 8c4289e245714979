import { createSecretKey, type KeyObject } from 'node:crypto'
import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import { levelOf } from '../sign-in/steps.ts'
import type { Random } from '../store/new-id.ts'
import type { User } from '../store/store.ts'
import { createJwsSigner, type JwsAlgorithm } from './jws.ts'
import { sharedSecretBytes } from './shared-secret.ts'
import type { SigningKeys } from './signing-keys.ts'

/** The keys that sign access tokens: one shared secret (HS256), or a set of private keys of which the first signs. */
export type AccessKeys =
  | { readonly mode: 'shared'; readonly secret: string }
  | { readonly mode: 'keys'; readonly keys: SigningKeys }

/** How {@link createAccessTokens} makes tokens. */
export interface AccessTokenOptions {
  readonly keys: AccessKeys
  readonly issuer: string
  readonly audience: string
  /** Seconds. */
  readonly ttl: number
  readonly random: Random
  /** Whether `acr` says how sure the sign-in was. Default false: all are alike. */
  readonly tellsLevel?: boolean
}

/** Claims of a valid access token (RFC 9068, 2.2). Times are seconds since 1970. */
type AccessClaims = z.infer<typeof claims>

/** A session as its access tokens tell of it, by the clock that writes `iat` and `exp`. */
interface TokenSession {
  readonly sid: string
  /** Milliseconds until the session's absolute limit: the clock that has set the moment is another one. */
  readonly timeLeft: number
  /** When the person has signed in: seconds since 1970. */
  readonly authTime: number
  /** Thumbprint of the key that the session is bound to. */
  readonly deviceKey?: string
  /** How they have: names of RFC 8176 2. */
  readonly amr: readonly string[]
}

/** Makes and reads access tokens. */
export interface AccessTokens {
  /**
   * The token ends with its session at the latest. The token names that end as well, so that apps can warn of it:
   * `session_expiry`, after OpenID Connect Enterprise Extensions. The token says when and how the person has signed in, too
   * (`auth_time`, `amr`, `acr`; RFC 9068 2.2.1), so that apps can ask for a sign-in that is young, or sure enough. In a bound session it
   * names the key of the device (`cnf.jkt`, RFC 7800 3.1, RFC 9449 6.1).
   *
   * @returns `expiresIn` in seconds, at least 1
   */
  issue(
    user: Pick<User, 'id' | 'roles'>,
    session: TokenSession,
    now: number,
  ): Promise<{ token: string; expiresIn: number }>
  /** The claims, or undefined when anything at all is wrong with the token. */
  verify(token: string, now: number): Promise<AccessClaims | undefined>
}

const claims = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  sid: z.string().min(1),
  jti: z.string().min(1),
  iat: z.number(),
  exp: z.number(),
  roles: z.array(z.string()),
})

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/
const MAX_LENGTH = 8192
const NBF_TOLERANCE_S = 5
const HEADER_MEMBERS = new Set(['alg', 'typ', 'kid'])

interface VerificationKey {
  readonly alg: JwsAlgorithm
  readonly key: KeyObject
}

/** See {@link AccessTokenOptions}. Keys are prepared once, here. */
export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  const { keys, issuer, audience, ttl, random, tellsLevel = false } = options
  const sign = signerOf(keys)
  const trusted = verificationKeys(keys)

  return {
    async issue(user, { sid, timeLeft, authTime, amr, deviceKey }, now) {
      const iat = Math.floor(now / 1000)
      // In a session's last second the clocks may round apart, and a token that is born expired would help nobody.
      const sessionExpiry = Math.max(iat + 1, Math.floor((now + timeLeft) / 1000))
      const exp = Math.min(iat + ttl, sessionExpiry)
      const jti = Buffer.from(random(16)).toString('base64url')
      const token = await sign({
        sid,
        roles: user.roles,
        session_expiry: sessionExpiry,
        auth_time: authTime,
        amr,
        ...(tellsLevel && { acr: levelOf(amr) }),
        ...(deviceKey && { cnf: { jkt: deviceKey } }),
        iss: issuer,
        aud: audience,
        sub: user.id,
        iat,
        exp,
        jti,
      })
      return { token, expiresIn: exp - iat }
    },
    async verify(token, now) {
      // jose skips white space inside the parts; a token has one spelling here.
      if (token.length > MAX_LENGTH || !COMPACT.test(token)) return undefined
      let payload: JWTPayload
      try {
        const header = decodeProtectedHeader(token)
        const trustedKey = trusted.get(header.kid)
        if (!trustedKey || !Object.keys(header).every((name) => HEADER_MEMBERS.has(name))) return undefined
        const verified = await jwtVerify(token, trustedKey.key, {
          algorithms: [trustedKey.alg],
          typ: 'at+jwt',
          issuer,
          audience,
          currentDate: new Date(now),
          clockTolerance: NBF_TOLERANCE_S,
        })
        payload = verified.payload
      } catch {
        return undefined
      }
      const parsed = claims.safeParse(payload)
      // The tolerance above is for `nbf` alone.
      return parsed.success && parsed.data.exp * 1000 > now ? parsed.data : undefined
    },
  }
}

function signerOf(keys: AccessKeys) {
  const typ = 'at+jwt'
  if (keys.mode === 'shared') return createJwsSigner('HS256', sharedKey(keys.secret), { typ })
  const { alg, kid, privateKey } = keys.keys[0]
  return createJwsSigner(alg, privateKey, { kid, typ })
}

function verificationKeys(keys: AccessKeys): Map<string | undefined, VerificationKey> {
  if (keys.mode === 'shared') return new Map([[undefined, { alg: 'HS256', key: sharedKey(keys.secret) }]])
  return new Map(keys.keys.map(({ kid, alg, publicKey }) => [kid, { alg, key: publicKey }]))
}

function sharedKey(secret: string): KeyObject {
  return createSecretKey(sharedSecretBytes(secret))
}
