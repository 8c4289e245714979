import { readIssuedTokens } from '../../../gateway/backend.ts'
import { createKeySet } from '../../../gateway/key-set.ts'
import type { GatewaySettings } from '../../../gateway/options.ts'
import type { Io } from '../../io.ts'
import type { Inspection } from '../../session/inspect-token.ts'
import { inspectToken } from '../../session/inspect-token.ts'
import type { Check } from '../check.ts'
import { when } from '../check.ts'
import type { Probe } from '../probe.ts'
import { probe } from '../probe.ts'

export type Credentials = { readonly email: string; readonly password: string }

type Grant = { readonly access: Inspection; readonly refreshToken: string | null; readonly bytes: number }

/** A sign-in that was tried, and a renewal after it. */
export type SignIn = {
  readonly settings: GatewaySettings
  readonly login: Probe
  /** Null when the answer holds no tokens that can be read. */
  readonly grant: Grant | null
  /** Null when it could not be tried. */
  readonly renewal: { readonly answer: Probe; readonly grant: Grant | null } | null
}

/** Signs in at the backend, renews once, and signs out again. */
export async function trySignIn(
  io: Pick<Io, 'fetch' | 'clock'>,
  settings: GatewaySettings,
  credentials: Credentials,
): Promise<SignIn> {
  const { remoteApi } = settings
  const keys = createKeySet(settings)
  const call = (path: string, init: RequestInit) => probe(io, remoteApi + path, { method: 'POST', ...init })
  const readGrant = async (answer: Probe): Promise<Grant | null> => {
    const now = io.clock() / 1000
    if (answer.result === 'failed' || answer.status < 200 || answer.status > 299) return null
    const issued = readIssuedTokens(answer.body, answer.headers.getSetCookie(), now)
    if (!issued) return null
    const { accessToken, refreshToken, userData } = issued
    const access = await inspectToken(accessToken, settings, keys, now)
    // The gateway's own signature and claims around the user data take some 300 bytes.
    const ofUserData = userData ? Math.ceil(JSON.stringify(userData).length * (4 / 3)) + 300 : 0
    return { access, refreshToken, bytes: accessToken.length + (refreshToken?.length ?? 0) + ofUserData }
  }
  const login = await call('/login', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  })
  const grant = await readGrant(login)
  if (!grant?.refreshToken) return { settings, login, grant, renewal: null }
  const answer = await call('/refreshtoken', { headers: { cookie: `refreshToken=${grant.refreshToken}` } })
  const renewed = await readGrant(answer)
  await call('/logout', {
    headers: { cookie: `refreshToken=${renewed?.refreshToken ?? grant.refreshToken}` },
  })
  return { settings, login, grant, renewal: { answer, grant: renewed } }
}

/** Bytes of a session's cookies that servers accept in a request's headers. */
const MAX_COOKIES = 12_288

const isGood = ({ state }: Inspection) => state === 'valid' || state === 'expiring'

export const sessionChecks: readonly Check<SignIn>[] = [
  {
    id: 'sign-in-failed',
    title: 'a sign-in brings tokens',
    level: 'error',
    run: ({ login, grant }) => {
      const what =
        login.result === 'failed'
          ? `got no answer: ${login.reason}`
          : login.status === 200
            ? 'was answered without tokens that can be read'
            : `was answered ${login.status}`
      return when(
        !grant,
        `The sign-in at ${login.url} ${what}.`,
        'Check the address and password; docs/backend.md says what the answer holds.',
      )
    },
  },
  {
    id: 'token-refused',
    title: 'the gateway takes the backend’s access tokens',
    level: 'error',
    run: ({ grant, renewal }) => {
      const refused = [grant?.access, renewal?.grant?.access].find((access) => access && !isGood(access))
      return when(
        refused,
        `The gateway refuses the backend's access token: ${refused?.reason ?? refused?.state}.`,
        '`npx evergate session inspect` says why; docs/backend.md what a token must hold.',
      )
    },
  },
  {
    id: 'refresh-token-missing',
    title: 'a sign-in brings a refresh token',
    level: 'error',
    run: ({ grant }) =>
      when(
        grant && grant.refreshToken === null,
        'The sign-in brought no refresh token: sessions end with their first access token.',
        'Answer with refreshToken in JSON or in Set-Cookie.',
      ),
  },
  {
    id: 'renewal-failed',
    title: 'a renewal brings new tokens',
    level: 'error',
    run: ({ renewal }) => {
      if (!renewal || renewal.grant) return []
      const { answer } = renewal
      const what = answer.result === 'failed' ? answer.reason : `status ${answer.status}`
      return [
        {
          message: `A renewal right after the sign-in failed: ${what}.`,
          fix: 'POST /refreshtoken takes the token from Cookie: refreshToken=…, and answers 200 with tokens: docs/backend.md.',
        },
      ]
    },
  },
  {
    id: 'cookies-too-large',
    title: 'a session’s cookies fit into a request',
    level: 'error',
    run: ({ grant }) =>
      when(
        (grant?.bytes ?? 0) > MAX_COOKIES,
        `The session's cookies take about ${grant?.bytes} bytes; beyond ${MAX_COOKIES} servers answer 431, and user data is left out.`,
        'Put less into the access token and userData.',
      ),
  },
  {
    id: 'renew-before',
    title: 'tokens are not renewed all the time',
    level: 'warning',
    run: ({ settings, grant }) => {
      const { iat, exp } = (grant?.access.claims ?? {}) as { iat?: number; exp?: number }
      const life = Number(exp) - Number(iat)
      return when(
        settings.renewBefore > life / 2,
        `RENEW_BEFORE is ${settings.renewBefore} s, more than half of a token's ${life} s; half is what counts.`,
        'Lower RENEW_BEFORE, or let access tokens live longer.',
      )
    },
  },
]
