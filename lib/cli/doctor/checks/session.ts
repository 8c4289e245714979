import type { Inspection } from '../../session/inspect-token.ts'
import type { Check } from '../check.ts'
import { when } from '../check.ts'
import type { SignIn } from '../sign-in.ts'

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
        'Check the address and password; docs/backend.md says what the answer holds; `npx evergate doctor --probe` says what it found in it.',
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
        'Answer with refreshToken in JSON or in Set-Cookie, or say in tokens.refresh where it is.',
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
          fix: 'Does the refresh call have the path, method and token that the backend wants? docs/backend.md, or docs/backends/README.md.',
        },
      ]
    },
  },
  {
    id: 'app-not-renewed',
    title: 'the running app renews a session',
    level: 'error',
    run: ({ app }) => {
      if (app?.result !== 'answered') return []
      const outcome = app.headers.get('x-session') ?? 'missing'
      return when(
        outcome !== 'renewed',
        `${app.url} was shown a good refresh token, and x-session is ${JSON.stringify(outcome)}, not "renewed".`,
        'Give the app the REMOTE_API, key and cookie options that are set here; its log has the reason.',
      )
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
