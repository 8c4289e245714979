import type { ApiDescription, Places, TokenPlaces } from './description.ts'
import { lifeInClaims, secondsOf } from './life.ts'
import type { Answer } from './pointer.ts'
import { claimsIn, find, textOf } from './pointer.ts'

/** The tokens of an answer. Times in seconds since the epoch, lives in seconds. */
export type FoundTokens = {
  readonly access: string
  /** The answer holds no token; the one that was sent goes on. */
  readonly isSent: boolean
  readonly refresh: string | undefined
  /** When the refresh token ends; undefined: the backend does not tell. */
  readonly refreshEnds: number | undefined
  readonly life: number
}

const DEFAULTS: Required<TokenPlaces> = {
  access: ['/accessToken', '/access_token', '/token', '/access', '/jwt'],
  refresh: ['/refreshToken', '/refresh_token', '/refresh'],
  life: ['/expiresIn', '/expires_in'],
}
const UNTOLD_LIFE = 300
const MOST_LIFE = 3600

/** The tokens of an answer; undefined where it holds no access token. `sent`: the one the call was made with. */
export function findTokens(
  answer: Answer,
  places: TokenPlaces,
  description: ApiDescription,
  sent: string | null,
  now: number,
): FoundTokens | undefined {
  const { access: inAccess, refresh: inRefresh, life: inLife } = { ...DEFAULTS, ...places }
  const found = find(inAccess, answer, textOf)
  const access = found ?? (hasSent(inAccess) ? (sent ?? undefined) : undefined)
  if (access === undefined) return undefined
  const refresh = find(inRefresh, answer, textOf)
  const told =
    find(inLife, answer, (value) => secondsOf(value, now)) ??
    lifeInClaims(claimsIn(access), now) ??
    answer.cookies.find(({ value }) => value === access)?.maxAge ??
    description.life ??
    UNTOLD_LIFE
  return {
    access,
    isSent: found === undefined,
    refresh,
    refreshEnds: refresh === undefined ? undefined : endOf(refresh, answer, now),
    life: Math.min(told, description.maxLife ?? MOST_LIFE),
  }
}

const hasSent = (places: Places) => places === 'sent' || places.includes('sent')

function endOf(refresh: string, { cookies }: Answer, now: number): number | undefined {
  const { exp } = claimsIn(refresh)
  if (typeof exp === 'number') return exp
  const life = cookies.find(({ value }) => value === refresh)?.maxAge
  return life === undefined ? undefined : now + life
}
