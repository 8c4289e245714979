import type { GatewaySettings } from '../../../gateway/options.ts'
import type { Io } from '../../io.ts'
import type { Check, Detail } from '../check.ts'
import { when } from '../check.ts'
import type { Probe } from '../probe.ts'
import { probe } from '../probe.ts'
import type { Project } from '../project.ts'
import { isPrivate } from './backend.ts'
import { devicePathsOf } from './device.ts'

/** The running app, and its answers at the endpoints of device binding. Nothing was asked: it has none, or takes us for plain http. */
export type DeviceAnswers = { readonly url: string; readonly answers: readonly Probe[] }

const isHttps = (url: string) => new URL(url).protocol === 'https:'

/** Whether the app at `url` can be asked as a browser would, over https. */
export const seesHttps = (url: string, { cookieSecure, trustProxy }: GatewaySettings): boolean =>
  isHttps(url) || cookieSecure === true || (cookieSecure === 'auto' && trustProxy)

/** Posts to the two endpoints as a browser does that has no session: 401, and nothing changes. */
export async function askDevicePaths(
  io: Pick<Io, 'fetch' | 'clock'>,
  url: string,
  settings: GatewaySettings,
  project: Project,
): Promise<DeviceAnswers> {
  const headers = {
    'sec-fetch-site': 'same-origin',
    'sec-secure-session-id': 'doctor',
    // A proxy that ends TLS says so.
    ...(!isHttps(url) && { 'x-forwarded-proto': 'https' }),
  }
  const answers: Probe[] = []
  if (seesHttps(url, settings))
    for (const path of devicePathsOf(project) ?? [])
      answers.push(
        await probe(io, url.replace(/\/+$/, '') + (project.build?.basePath ?? '') + path, {
          method: 'POST',
          headers,
        }),
      )
  return { url, answers }
}

/** Everything that answers in the gateway's place: its status, where the gateway says 401. */
function otherThanGateway(answer: Probe): string | null {
  if (answer.result === 'failed') return answer.reason
  const { status, body } = answer
  if (status !== 401) return `${status}`
  return isUnauthenticated(body) ? null : '401 with a body of its own'
}

function isUnauthenticated(body: string): boolean {
  try {
    return JSON.parse(body).error === 'unauthenticated'
  } catch {
    return false
  }
}

export const pathOf = ({ url }: Probe) => new URL(url).pathname

/** Looks for what keeps a browser from the gateway when it proves its device. */
export const deviceAnswerChecks: readonly Check<DeviceAnswers>[] = [
  {
    id: 'device-http-address',
    title: 'browsers reach the app over https',
    level: 'warning',
    run: ({ url }) =>
      when(
        !isHttps(url) && !isPrivate(new URL(url).hostname),
        `${url} is plain http, where no session is bound to its device.`,
        'Serve the app over https, and give that address with --url.',
      ),
  },
  {
    id: 'device-paths-answered',
    title: 'nothing before the gateway answers the two paths of device binding',
    level: 'error',
    run: ({ answers }) =>
      answers.flatMap((answer): Detail[] => {
        const found = otherThanGateway(answer)
        return when(
          found,
          `POST ${pathOf(answer)}: ${found}, not the gateway's 401. Browsers give up the device session for such an answer.`,
          'Let CDN, firewall and proxy hand the two paths on as they are: no limit, redirect, challenge or page of their own.',
        )
      }),
  },
  {
    id: 'device-paths-off',
    title: 'the running app binds sessions',
    level: 'error',
    run: ({ answers }) => {
      const paths = answers
        .filter(
          (answer) =>
            otherThanGateway(answer) === null &&
            answer.result === 'answered' &&
            // RFC 6750 3: for callers with a token, which the endpoints have none of.
            answer.headers.has('www-authenticate'),
        )
        .map(pathOf)
      return when(
        paths.length > 0,
        `The gateway at ${paths.join(' and ')} answers as if \`deviceBinding\` were off, or the request plain http.`,
        'Build and start the app anew; behind a proxy that ends TLS set TRUST_PROXY.',
      )
    },
  },
]
