import { formatCookieHeader } from '../gateway/cookies/header.ts'
import { cookieName } from '../gateway/cookies/session-cookies.ts'
import type { CookieNames } from '../gateway/cookies/settings.ts'
import type { GatewayOptions, HoldingBackend } from '../gateway/options.ts'
import { resolveOptions } from '../gateway/options.ts'
import type { UserData } from '../gateway/renewal/backend.ts'
import { newTraceparent } from '../gateway/request/traceparent.ts'
import type { SharedAlgorithm } from '../gateway/token/algorithms.ts'
import { importSecret } from '../gateway/token/algorithms.ts'
import { createGatewayTokens } from '../gateway/token/gateway-token.ts'
import { PROVIDER_TOKEN_CLAIM } from '../gateway/token/provider-token.ts'
import { secretBytes } from '../gateway/token/secret-bytes.ts'
import { signJwt } from '../gateway/token/sign-jwt.ts'
import { signUserData } from '../gateway/token/user-data.ts'

/** Options of {@link createTestSession}. Secrets are those of the code under test. */
export type TestSessionOptions = SessionOfTest & {
  /** `ETLS_ACCESS`: the secret of access tokens. */
  readonly accessSecret: string
}

/** Options of {@link createTestSession} for an app with a described backend, whose gateway signs sessions itself. */
export type DescribedTestSessionOptions = SessionOfTest & {
  readonly backend: HoldingBackend
  readonly gatewaySecret: string
  /** The backend's own access token, which its API is shown. Default `test-access-token`. */
  readonly backendToken?: string
}

type SessionOfTest = {
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
export async function createTestSession(
  options: TestSessionOptions | DescribedTestSessionOptions,
): Promise<TestSession> {
  const { gatewaySecret, expiresIn = 900, roles = ['user'], secure = false } = options
  const described = 'backend' in options ? options : null
  const accessSecret = 'accessSecret' in options ? options.accessSecret : ''
  const { alg = 'HS256', user = {}, sid = crypto.randomUUID(), clock = Date.now } = options
  const { signedInFor = 0, acr, amr = ['pwd'] } = options
  const { id: subject = 'test-user', ...userData } = user
  const { issuer, audience, cookieNames, domain, ...settings } = resolveOptions({
    remoteApi: described ? 'http://localhost' : '',
    keys: { secret: accessSecret },
    ...(described && { backend: described.backend }),
    gatewaySecrets: gatewaySecret === undefined ? [] : [gatewaySecret],
    ...(options.issuer !== undefined && { issuer: options.issuer }),
    ...(options.audience !== undefined && { audience: options.audience }),
    ...(options.cookieNames && { cookieNames: options.cookieNames }),
    ...(options.domain !== undefined && { domain: options.domain }),
  })
  const now = Math.floor(clock() / 1000)
  const expiresAt = now + expiresIn
  const issuedAt = Math.min(now, expiresAt - PAST_LIFE)

  const claims = {
    ...{ iss: issuer, aud: audience, sub: subject, sid, roles, jti: crypto.randomUUID() },
    ...{ iat: issuedAt, exp: expiresAt, auth_time: now - signedInFor, amr },
    ...(acr !== undefined && { acr }),
  }
  const accessToken = await sign()
  const userDataToken = await signUserData(createGatewayTokens(settings), userData, {
    subject,
    sid,
    expiresAt,
  })

  const nameOf = (role: keyof CookieNames) => cookieName(role, { cookieNames, domain }, secure)
  const cookies = { [nameOf('accessToken')]: accessToken, [nameOf('userData')]: userDataToken }
  const pairs = Object.entries(cookies).map(([name, value]) => ({ name, value }))
  return { accessToken, cookies, cookieHeader: formatCookieHeader(pairs) }

  async function sign(): Promise<string> {
    const { keys } = settings
    if (described && canSign(keys)) {
      const { backendToken = 'test-access-token' } = described
      return keys.sign({ ...claims, [PROVIDER_TOKEN_CLAIM]: backendToken })
    }
    const key = await importSecret(secretBytes(accessSecret), alg)
    return signJwt({ alg, typ: 'at+jwt' }, claims, key)
  }
}

/** The keys of a described backend's sessions, which nobody else has. */
const canSign = (keys: object): keys is { sign(claims: object): Promise<string> } => 'sign' in keys

/** Milliseconds. */
const PATIENCE = 10_000

/** The calls of a described backend, as the code under test makes them: for a test that signs in without a page. */
export function describedCalls(options: {
  readonly backend: HoldingBackend
  readonly gatewaySecret: string
  readonly remoteApi: string
}) {
  const { backend } = resolveOptions({
    ...{ remoteApi: options.remoteApi, keys: { jwksUrl: '' }, gatewaySecrets: [options.gatewaySecret] },
    backend: options.backend,
  })
  const context = () => ({
    ...{ forwardedFor: null, userAgent: null, traceparent: newTraceparent(), cookies: '' },
    ...{ fetch, signal: AbortSignal.timeout(PATIENCE), now: Date.now() / 1000 },
  })
  return {
    /** The refresh cookie of a session that begins. */
    async signIn(credentials: Readonly<Record<string, unknown>>): Promise<string> {
      const answer = await backend?.signIn?.(credentials, context())
      const token = answer?.result === 'begun' ? answer.tokens.refreshToken : null
      if (!token) throw new Error(`The backend began no session that can be renewed: ${answer?.result}.`)
      return token
    },
    signOut: async (refreshToken: string) =>
      backend?.signOut?.({ refreshToken, accessToken: null }, context()),
  }
}
