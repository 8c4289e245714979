import type { GatewaySettings } from '../../gateway/options.ts'
import { resolveOptions } from '../../gateway/options.ts'
import type {
  Backend,
  BackendCalls,
  BackendContext,
  IssuedTokens,
  RefreshAnswer,
  SignInAnswer,
} from '../../gateway/renewal/backend.ts'
import { lost, unavailable } from '../../gateway/renewal/backend.ts'
import { failureEvent } from '../../gateway/renewal/failure.ts'
import { readAccessToken } from '../../gateway/token/access-token.ts'
import type { AccessTokenClaims } from '../../gateway/token/claims.ts'
import { createKeySet } from '../../gateway/token/key-set.ts'
import { providerToken } from '../../gateway/token/provider-token.ts'
import { apiBackend } from '../api-backend.ts'
import type { ApiDescription } from '../description.ts'

const SECRET = 'what the sessions of these tests are sealed with'
/** The time of these tests, in seconds. */
export const NOW = 1_800_000_000

export function contextAt(now = NOW, more: Partial<BackendContext> = {}): BackendContext {
  return {
    forwardedFor: null,
    userAgent: null,
    traceparent: 'trace',
    cookies: '',
    fetch: (url, init) => fetch(url, init),
    signal: new AbortController().signal,
    now,
    ...more,
  }
}

/** A session as its cookies hold it. */
export type Seen = IssuedTokens & { readonly claims: AccessTokenClaims; readonly inner: string }

/** A described backend as the gateway opens it, and what its answers become. */
export function opened(
  description: ApiDescription,
  remoteApi: string,
  options: Partial<Parameters<typeof resolveOptions>[0]> = {},
) {
  const settings: GatewaySettings = resolveOptions({
    remoteApi,
    keys: { jwksUrl: 'https://unused.test' },
    gatewaySecrets: [SECRET],
    backend: apiBackend(description),
    ...options,
  })
  const backend = settings.backend as Backend & BackendCalls
  const keys = createKeySet(settings)

  async function seen(tokens: IssuedTokens, now: number): Promise<Seen> {
    const token = await readAccessToken(tokens.accessToken, { ...settings, keys }, now)
    if (!('claims' in token) || !token.claims) throw new Error(`not a token: ${JSON.stringify(token)}`)
    return { ...tokens, claims: token.claims, inner: providerToken(tokens.accessToken) }
  }

  return {
    settings,
    backend,
    keys,
    // An error is told, and counts as the gateway and the app have it.
    signIn: (credentials: object = {}, context = contextAt()): Promise<SignInAnswer> =>
      backend.signIn({ ...credentials }, context).catch((error) => {
        settings.onEvent(failureEvent(error, '', null))
        return unavailable('backend_failed')
      }),
    refresh: (refreshToken: string, context = contextAt()): Promise<RefreshAnswer> =>
      backend.refresh({ refreshToken }, context).catch((error) => {
        settings.onEvent(failureEvent(error, refreshToken, null))
        return lost('backend_failed')
      }),
    /** The session that a sign-in has begun. */
    async begun(answer: SignInAnswer, now = NOW): Promise<Seen> {
      if (answer.result !== 'begun') throw new Error(JSON.stringify(answer))
      return seen(answer.tokens, now)
    },
    /** The session as a renewal has left it. */
    async rotated(answer: RefreshAnswer, now = NOW): Promise<Seen> {
      if (answer.result !== 'rotated') throw new Error(JSON.stringify(answer))
      return seen(answer.tokens, now)
    },
  }
}
