import type { GatewaySettings } from '../../../gateway/options.ts'
import type { Io } from '../../io.ts'
import type { Check } from '../check.ts'
import { when } from '../check.ts'
import type { OwnBackend } from '../described.ts'
import { refreshCall } from '../described.ts'
import type { Probe } from '../probe.ts'
import { isNotStored, probe } from '../probe.ts'

export type Backend = {
  readonly settings: GatewaySettings
  readonly own: OwnBackend | null
  /** The call that renews, without a token. */
  readonly refresh: Probe
  /** Null when no key set is fetched. */
  readonly keySet: Probe | null
}

/** Asks the backend two things that change nothing there. */
export async function askBackend(
  io: Pick<Io, 'fetch' | 'clock'>,
  settings: GatewaySettings,
  own: OwnBackend | null = null,
): Promise<Backend> {
  const { keys, remoteApi } = settings
  const { url, method } = refreshCall(own, remoteApi)
  const [refresh, keySet] = await Promise.all([
    probe(io, url, { method, headers: { accept: 'application/json' } }),
    'jwksUrl' in keys ? probe(io, keys.jwksUrl, { headers: { accept: 'application/json' } }) : null,
  ])
  return { settings, own, refresh, keySet }
}

/** Seconds; more than `nbf` is forgiven, and a token would not be good yet, or not any more. */
const MAX_SKEW = 5

const isOver = (status: number) => [400, 401, 403].includes(status)
const isRedirect = (status: number) => status >= 300 && status < 400

export const backendChecks: readonly Check<Backend>[] = [
  {
    id: 'backend-unreachable',
    title: 'the backend answers',
    level: 'error',
    run: ({ refresh }) =>
      refresh.result === 'failed'
        ? [
            {
              message: `${refresh.url} cannot be reached: ${refresh.reason}.`,
              fix: 'Start the backend, or set REMOTE_API to where it is.',
            },
          ]
        : [],
  },
  {
    id: 'backend-plain-http',
    title: 'tokens do not cross public networks in the clear',
    level: 'error',
    run: ({ settings: { remoteApi } }) => {
      const { protocol, hostname } = new URL(remoteApi)
      return when(
        protocol === 'http:' && !isPrivate(hostname),
        `REMOTE_API is plain http to ${hostname}: refresh tokens can be read on the way.`,
        'Use its https:// address.',
      )
    },
  },
  {
    id: 'backend-redirects',
    title: 'the backend answers where it is asked',
    level: 'error',
    run: ({ refresh }) =>
      when(
        refresh.result === 'answered' && isRedirect(refresh.status),
        `${refresh.url} redirects to another address; the gateway follows none.`,
        'Set REMOTE_API to the address it redirects to.',
      ),
  },
  {
    id: 'backend-refresh-answer',
    title: 'the backend refuses what is no session',
    level: 'error',
    run: ({ own, refresh }) => {
      if (refresh.result === 'failed' || isRedirect(refresh.status)) return []
      if (own?.description)
        return when(
          [404, 405, 501].includes(refresh.status),
          `${refresh.url} answers ${refresh.status}: the backend has no such call.`,
          `Give refresh in ${own.file} the path and method that the backend has.`,
        )
      return !isOver(refresh.status)
        ? [
            {
              message: `${refresh.url} answers ${refresh.status} to a request without a session; the gateway would take that for ${refresh.status < 300 ? 'a malformed answer' : 'an outage'}.`,
              fix: 'Let it answer 401 when there is no session, and 403 when there is none any more: docs/backend.md.',
            },
          ]
        : []
    },
  },
  {
    id: 'backend-cacheable',
    title: 'no cache keeps what the backend answers with',
    level: 'warning',
    run: ({ own, refresh }) =>
      when(
        // A described backend stays as it is, and caches ask nobody with a refresh token in the body.
        !own?.description && refresh.result === 'answered' && isOver(refresh.status) && !isNotStored(refresh),
        `${refresh.url} answers without Cache-Control: no-store.`,
        'Let every answer about a session say Cache-Control: no-store.',
      ),
  },
  {
    id: 'clock-skew',
    title: 'clocks agree',
    level: 'error',
    run: ({ refresh }) => {
      const ahead = refresh.result === 'answered' ? (refresh.ahead ?? 0) : 0
      return when(
        Math.abs(ahead) > MAX_SKEW,
        `The backend's clock is ${Math.abs(Math.round(ahead))} s ${ahead > 0 ? 'ahead' : 'behind'}: its tokens end too ${ahead > 0 ? 'late' : 'early'} here.`,
        'Let both machines follow a time server (NTP).',
      )
    },
  },
]

/** Networks and names that nobody outside can be in (RFC 1918, 4193, 6761, 8375). */
const PRIVATE =
  /^(localhost|[^.:]+|.*\.(localhost|local|internal|home\.arpa|svc|test)|127\..*|10\..*|192\.168\..*|169\.254\..*|172\.(1[6-9]|2\d|3[01])\..*|\[(::1|f[cd].*|fe80.*)\])$/

export const isPrivate = (hostname: string): boolean => PRIVATE.test(hostname)
