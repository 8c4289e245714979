import { encodeValue, trimSpace } from './header.ts'
import type { CookieChange } from './session-cookies.ts'

export type CookieAttributes = {
  readonly secure: boolean
  readonly sameSite: 'lax' | 'strict' | 'none'
  readonly domain: string | undefined
}

export const SAME_SITE = { lax: 'Lax', strict: 'Strict', none: 'None' } as const

/** One Set-Cookie header (RFC 6265bis 4.1). A cookie is cleared with the attributes it was set with. */
export function formatSetCookie(change: CookieChange, attributes: CookieAttributes): string {
  const { name, value, maxAge } = change
  const domain = domainOf(change, attributes)
  return [
    `${name}=${encodeValue(value)}; Path=/; Max-Age=${maxAge}`,
    ...(domain ? [`Domain=${domain}`] : []),
    ...(attributes.secure ? ['Secure'] : []),
    `HttpOnly; SameSite=${SAME_SITE[attributes.sameSite]}`,
  ].join('; ')
}

/** Undefined: of this host alone. */
const domainOf = (change: CookieChange, { domain }: Pick<CookieAttributes, 'domain'>) =>
  'domain' in change ? change.domain : domain

/** The last change of each cookie (RFC 6265bis 4.1.1: not twice in one response). A cookie that is set anew need not be cleared. */
export function withoutRepeats(
  changes: readonly CookieChange[],
  attributes: Pick<CookieAttributes, 'domain'>,
): CookieChange[] {
  const last = new Map(changes.map((change) => [`${change.name};${domainOf(change, attributes)}`, change]))
  return [...last.values()]
}

/** A backend's Set-Cookie header: name and value as sent, and `Max-Age` in seconds if it tells one. */
export type ReceivedCookie = {
  readonly name: string
  readonly value: string
  readonly maxAge: number | undefined
}

/** Reads name, value and life of a Set-Cookie header (RFC 6265bis 5.6), without decoding anything. */
export function parseSetCookie(header: string, now: number): ReceivedCookie | undefined {
  const [pair = '', ...attributes] = header.split(';')
  const splitAt = pair.indexOf('=')
  if (splitAt < 1) return undefined
  const found = new Map(attributes.map(readAttribute))
  const maxAge = found.get('max-age') ?? ''
  const life = Date.parse(found.get('expires') ?? '') / 1000 - now
  return {
    name: trimSpace(pair.slice(0, splitAt)),
    value: trimSpace(pair.slice(splitAt + 1)),
    maxAge: /^-?\d+$/.test(maxAge) ? Number(maxAge) : Number.isNaN(life) ? undefined : Math.floor(life),
  }
}

function readAttribute(attribute: string): [string, string] {
  const [name = '', ...value] = attribute.split('=')
  return [name.trim().toLowerCase(), value.join('=').trim()]
}
