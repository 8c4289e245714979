import type { Answer } from '../../backend/pointer.ts'
import { claimsIn } from '../../backend/pointer.ts'

/** A text in an answer that may be a token, and where it is. It is never shown. */
export type Spot = { readonly place: string; readonly name: string; readonly value: string }

export type Roles = { readonly access: Spot | null; readonly refresh: Spot | null }

const TOKEN_NAME = /token|jwt|access|refresh|renew|session|sid|auth/i
const REFRESH_NAME = /refresh|renew/i
const ACCESS_NAME = /access|jwt|^(auth_?)?token$/i

/** Every place of an answer that holds what may be a token. */
export function spotsIn({ body, cookies, headers }: Answer): Spot[] {
  const bearer = /^Bearer +(.+)/i.exec(headers.get('authorization') ?? '')?.[1]
  return [
    ...textsIn(body, '', ''),
    ...cookies.map(({ name, value }) => ({ place: `cookie:${name}`, name, value })),
    ...(bearer ? [{ place: 'header:authorization', name: 'token', value: bearer }] : []),
  ].filter(({ name, value }) => isJwt(value) || (TOKEN_NAME.test(name) && /^[^\s<>]{8,}$/.test(value)))
}

function textsIn(value: unknown, place: string, name: string): Spot[] {
  if (typeof value === 'string') return [{ place, name, value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(inner, `${place}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, key),
  )
}

/** Which of them is the access token, and which one renews. */
export function rolesOf(spots: readonly Spot[]): Roles {
  const refresh = spots.find(({ name, value }) => REFRESH_NAME.test(name) || isRefreshJwt(value)) ?? null
  const others = spots.filter((spot) => spot !== refresh && !REFRESH_NAME.test(spot.name))
  const access =
    others.find(({ name, value }) => ACCESS_NAME.test(name) && isJwt(value)) ??
    others.find(({ name }) => ACCESS_NAME.test(name)) ??
    others.find(({ value }) => isJwt(value)) ??
    others[0] ??
    null
  // The Express tutorial: one token in JSON, and what renews in a cookie of another name.
  const cookie = others.find((spot) => spot !== access && spot.place.startsWith('cookie:'))
  return { access, refresh: refresh ?? cookie ?? null }
}

const isJwt = (value: string) => Object.keys(claimsIn(value)).length > 0
const isRefreshJwt = (value: string) =>
  /refresh/i.test(`${claimsIn(value).token_type ?? claimsIn(value).typ}`)

/** The words that stand in the place of a token. */
export function kindOf(value: string, now: number): string {
  const { exp } = claimsIn(value)
  if (!isJwt(value)) return `opaque, ${value.length} characters`
  return typeof exp === 'number' ? `JWT, ends in ${Math.round(exp - now)} s` : 'JWT without an end'
}
