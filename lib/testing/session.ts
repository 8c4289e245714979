import { SignJWT } from 'jose'
import { formatCookieHeader } from '../gateway/cookies/header.ts'
import { cookieName } from '../gateway/cookies/session-cookies.ts'
import type { CookieNames, GatewayOptions } from '../gateway/options.ts'
import { resolveOptions } from '../gateway/options.ts'
import type { UserData } from '../gateway/renewal/backend.ts'
import type { SharedAlgorithm } from '../gateway/token/algorithms.ts'
import { importSecret } from '../gateway/token/algorithms.ts'
import { createGatewayTokens } from '../gateway/token/gateway-token.ts'
import { secretBytes } from '../gateway/token/secret-bytes.ts'
import { signUserData } from '../gateway/token/user-data.ts'

/** Options of {@link createTestSession}. Secrets are those of the code under test. */
export type TestSessionOptions = {
  /** `ETLS_ACCESS`: the secret of access tokens. */
  readonly accessSecret: string
  /** `TOKEN_ALG`. Default `HS256`. */
  readonly alg?: SharedAlgorithm
  /** `GATEWAY_SECRET`, where it is set. Default: derived from `accessSecret`, as the gateway does. */
  readonly gatewaySecret?: string
  /** `sub`, and what `getSession().user` holds beside it. Default `{ id: 'test-user' }`. */
  readonly user?: UserData & { readonly id?: string }
  /** Default `['user']`. */
  readonly roles?: readonly string[]
  /** Default: one of its own. */
  readonly sid?: string
  /** Seconds since the person has signed in, for `authenticatedWithin`. Default 0. */
  readonly signedInFor?: number
  /** How sure the sign-in was. Default: not told. */
  readonly acr?: string
  /** How the person has signed in. Default `['pwd']`. */
  readonly amr?: readonly string[]
  /** Seconds until the access token ends; below zero it has ended already. Default 900. */
  readonly expiresIn?: number
  /** For the names of cookies: whether the app is reached over https. Default false. */
  readonly secure?: boolean
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number
} & Pick<GatewayOptions, 'issuer' | 'audience' | 'domain'> & { readonly cookieNames?: Partial<CookieNames> }

/** A session as a request carries it. */
export type TestSession = {
  readonly accessToken: string
  /** Values by name. */
  readonly cookies: Readonly<Record<string, string>>
  /** The same, as a `Cookie` header. */
  readonly cookieHeader: string
}

/** Seconds that a token which ends in the past was valid for. */
const PAST_LIFE = 900

/**
 * Signs a session without a backend, in shared-secret mode: an access token as the backend does (RFC 9068), user data as
 * the gateway does. It cannot be renewed: there is no refresh token.
 *
 * @throws {GatewayError} `invalid_option` when a secret is too short
 * @example
 * const session = await createTestSession({ accessSecret, user: { id: 'u1', name: 'Ann' }, roles: ['admin'] })
 * const response = await GET(new Request(url, { headers: { cookie: session.cookieHeader } }))
 */
export async function createTestSession(options: TestSessionOptions): Promise<TestSession> {
  const { accessSecret, gatewaySecret, expiresIn = 900, roles = ['user'], secure = false } = options
  const { alg = 'HS256', user = {}, sid = crypto.randomUUID(), clock = Date.now } = options
  const { signedInFor = 0, acr, amr = ['pwd'] } = options
  const { id: subject = 'test-user', ...userData } = user
  const { issuer, audience, cookieNames, domain, ...settings } = resolveOptions({
    remoteApi: '',
    keys: { secret: accessSecret },
    gatewaySecrets: gatewaySecret === undefined ? [] : [gatewaySecret],
    ...(options.issuer !== undefined && { issuer: options.issuer }),
    ...(options.audience !== undefined && { audience: options.audience }),
    ...(options.cookieNames && { cookieNames: options.cookieNames }),
    ...(options.domain !== undefined && { domain: options.domain }),
  })
  const now = Math.floor(clock() / 1000)
  const expiresAt = now + expiresIn
  const issuedAt = Math.min(now, expiresAt - PAST_LIFE)

  const accessToken = await new SignJWT({
    sid,
    roles,
    auth_time: now - signedInFor,
    amr,
    ...(acr !== undefined && { acr }),
  })
    .setProtectedHeader({ alg, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setJti(crypto.randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(await importSecret(secretBytes(accessSecret), alg))
  const userDataToken = await signUserData(createGatewayTokens(settings), userData, {
    subject,
    sid,
    expiresAt,
  })

  const nameOf = (role: keyof CookieNames) => cookieName(role, { cookieNames, domain }, secure)
  const cookies = { [nameOf('accessToken')]: accessToken, [nameOf('userData')]: userDataToken }
  const pairs = Object.entries(cookies).map(([name, value]) => ({ name, value }))
  return { accessToken, cookies, cookieHeader: formatCookieHeader(pairs) }
}
