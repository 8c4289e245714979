import { claimsIn } from '../../backend/pointer.ts'
import type { Io } from '../io.ts'
import type { Report } from '../report.ts'
import { createCaller } from './call.ts'
import { proposalText } from './propose.ts'
import type { Roles, Spot } from './spots.ts'
import { kindOf, rolesOf, spotsIn } from './spots.ts'

export type Paths = { readonly signIn: string; readonly refresh: string }
type Way = {
  readonly carries: 'refreshToken' | 'accessToken'
  readonly transport: string
  readonly method: string
}

const NO_RENEWAL = `This backend does not renew: its sessions end with their access token, and everybody signs in anew then. It lacks a call that gives
a new access token for a refresh token, or for an access token with a later end. Until it has one: docs/backends/README.md, "A backend that does not renew".
`

/** Signs in to a backend that nobody has described, tries ways to renew, and proposes the description. */
export async function probeUnknown(
  io: Pick<Io, 'fetch' | 'clock'>,
  remoteApi: string,
  paths: Paths,
  credentials: object,
): Promise<Report> {
  const call = createCaller(io, { signIn: paths.signIn, refresh: paths.refresh }, remoteApi)
  const now = io.clock() / 1000
  const lines: string[] = []
  const ended = (more: string, json: object, exitCode: 0 | 1 = 1): Report => ({
    exitCode,
    text: `${lines.map((line) => `${line}\n`).join('')}${more}`,
    json: { lines, ...json },
  })

  const signIn = async () => call(paths.signIn, {}, { credentials })
  const answer = await signIn()
  const roles = rolesOf(spotsIn(answer))
  lines.push(`sign-in: POST ${paths.signIn} answers ${answer.status}`)
  if (answer.status >= 400 || !roles.access)
    return ended('There is no token in it. Are the credentials what this backend calls them?\n', {
      proposal: null,
    })
  lines.push(...described(roles, now))

  for (const [index, way] of waysOf(roles).entries()) {
    // A backend that rotates strictly has ended the session of a try that went wrong.
    const { access, refresh } = index === 0 ? roles : rolesOf(spotsIn(await signIn()))
    const token = way.carries === 'refreshToken' ? refresh?.value : access?.value
    if (!token) continue
    const { path, ...how } = { path: paths.refresh, method: way.method, [way.carries]: way.transport }
    const renewed = await call({ path, ...how } as never, {}, { [way.carries]: token })
    const found = renewed.status < 300 ? rolesOf(spotsIn(renewed)).access : null
    lines.push(
      `refresh: ${way.method} ${paths.refresh}, ${way.carries} as ${way.transport}: ${renewed.status}`,
    )
    if (!found || !access || (way.carries === 'accessToken' && !isLater(found, access))) continue
    lines.push(`  access token: ${found.place} (${kindOf(found.value, now)})`)
    const proposal = proposalText({
      ...{ signIn: paths.signIn, refresh: paths.refresh, ...way },
      ...{ roles, renewedAccess: found.place, body: answer.body },
    })
    return ended(`\nsession-backend.ts, as far as the answers tell:\n\n${proposal}`, { proposal }, 0)
  }
  return ended(
    roles.refresh
      ? 'No way to renew was found: the description says which one the backend takes.\n'
      : NO_RENEWAL,
    {
      proposal: null,
    },
  )
}

function described({ access, refresh }: Roles, now: number): string[] {
  const line = (name: string, spot: Spot | null) =>
    spot ? `  ${name}: ${spot.place} (${kindOf(spot.value, now)})` : `  ${name}: none`
  return [line('access token', access), line('refresh token', refresh)]
}

function waysOf({ refresh }: Roles): Way[] {
  const as = (transport: string, method = 'POST'): Way => ({ carries: 'refreshToken', transport, method })
  if (!refresh) return [{ carries: 'accessToken', transport: 'bearer', method: 'POST' }]
  if (refresh.place.startsWith('cookie:')) return [as(refresh.place), as(refresh.place, 'GET')]
  const names = [...new Set([refresh.name, 'refreshToken', 'refresh_token', 'refresh'])]
  return [as(`body:${names[0]}`), as('bearer'), ...names.slice(1).map((name) => as(`body:${name}`))]
}

/** An exchange that brings a token with the same end renews nothing. */
function isLater(found: Spot, before: Spot): boolean {
  const [exp, old] = [claimsIn(found.value).exp, claimsIn(before.value).exp]
  return found.value !== before.value && !(Number(exp) <= Number(old))
}
