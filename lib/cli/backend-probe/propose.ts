import { claimsIn, pointTo } from '../../backend/pointer.ts'
import type { Roles } from './spots.ts'

/** The proposal for an unknown backend. */
export type Proposal = {
  readonly signIn: string
  readonly refresh: string
  readonly method: string
  /** How the token that renews travels, and which one it is. */
  readonly transport: string
  readonly carries: 'refreshToken' | 'accessToken'
  readonly roles: Roles
  /** Where the access token is in the answer of the renewal. */
  readonly renewedAccess: string
  readonly body: unknown
}

/** Places that a description need not name. */
const DEFAULTS = {
  access: ['/accessToken', '/access_token', '/token', '/access', '/jwt'],
  refresh: ['/refreshToken', '/refresh_token', '/refresh'],
}
const CLAIMS = ['user_id', 'userId', 'uid', 'id', 'username', 'email']
const IDS = [
  '/user/id',
  '/user/_id',
  '/userData/id',
  '/record/id',
  '/data/user/id',
  '/data/id',
  '/id',
  '/user/email',
]

/** The file that describes the backend, as far as its answers tell. */
export function proposalText(proposal: Proposal): string {
  const { signIn, refresh, method, transport, carries, roles, renewedAccess } = proposal
  const { access } = roles
  const signInAccess = access?.place ?? ''
  const places = [
    ...(DEFAULTS.access.includes(signInAccess) ? [] : [`access: '${signInAccess}'`]),
    ...(!roles.refresh || DEFAULTS.refresh.includes(roles.refresh.place)
      ? []
      : [`refresh: '${roles.refresh.place}'`]),
  ]
  const differs = renewedAccess !== signInAccess && !DEFAULTS.access.includes(renewedAccess)
  const parts = [
    `path: '${refresh}'`,
    ...(method === 'POST' ? [] : [`method: '${method}'`]),
    `${carries}: '${transport}'`,
    ...(differs ? [`tokens: { access: '${renewedAccess}' }`] : []),
  ]
  const isPlain = parts.length === 2 && transport === 'body:refreshToken'
  const person = personText(proposal)
  return [
    "import { apiBackend } from 'evergate/backend'",
    '',
    'export default apiBackend({',
    `  signIn: '${signIn}',`,
    isPlain ? `  refresh: '${refresh}',` : `  refresh: { ${parts.join(', ')} },`,
    ...(places.length > 0 ? [`  tokens: { ${places.join(', ')} },`] : []),
    ...(person ? [`  person: ${person},`] : []),
    '})',
    '',
  ].join('\n')
}

/** Undefined: the claim `sub` tells, which is the default. */
function personText({ roles, body }: Proposal): string | undefined {
  const claims = claimsIn(roles.access?.value ?? '')
  const rolesClaim = Array.isArray(claims.roles)
    ? 'claims.roles'
    : typeof claims.role === 'string'
      ? '[claims.role]'
      : undefined
  if (claims.sub !== undefined && !rolesClaim) return undefined
  const claim = ['sub', ...CLAIMS].find((name) => ['string', 'number'].includes(typeof claims[name]))
  const more = rolesClaim ? `, roles: ${rolesClaim}` : ''
  if (claim) return `({ claims }) => ({ id: claims.${claim}${more} })`
  const place = IDS.find((pointer) => ['string', 'number'].includes(typeof pointTo(body, pointer)))
  if (!place) return '({ answer }) => ({ id: answer.TODO }) /* no id was found */'
  return `({ answer }) => ({ id: answer${place.replaceAll('/', '.')} })`
}
