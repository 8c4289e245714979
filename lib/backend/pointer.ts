import type { ReceivedCookie } from '../gateway/cookies/set-cookie.ts'
import type { JsonObject } from '../gateway/json-object.ts'
import { tokenPart } from '../gateway/token/token-part.ts'
import type { Places } from './description.ts'

/** A backend's answer. */
export type Answer = {
  readonly status: number
  readonly headers: Headers
  /** Its JSON; its text where it is none. */
  readonly body: unknown
  /** Set-Cookie headers, as they were sent. */
  readonly setCookies: readonly string[]
  /** Those that set something. */
  readonly cookies: readonly ReceivedCookie[]
}

/** The value a JSON pointer leads to (RFC 6901 4); undefined where it leads to nothing. */
export function pointTo(document: unknown, pointer: string): unknown {
  let value = document
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    // Own members alone: `/constructor` leads nowhere.
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as JsonObject)[name]
  }
  return value
}

/** The first of the places that holds something. */
export function find<Value>(
  places: Places,
  answer: Answer,
  read: (value: unknown) => Value | undefined,
): Value | undefined {
  for (const place of typeof places === 'string' ? [places] : places) {
    const value = read(valueAt(place, answer))
    if (value !== undefined) return value
  }
  return undefined
}

function valueAt(place: string, { body, headers, cookies }: Answer): unknown {
  const [, kind, name = ''] = /^(cookie|header):(.*)$/.exec(place) ?? []
  if (kind === 'cookie') return cookies.find((cookie) => cookie.name === name)?.value
  if (kind === 'header') return headers.get(name)?.replace(/^Bearer +/i, '')
  return place === 'sent' ? undefined : pointTo(body, place)
}

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The claims of a JWT (RFC 7519), unverified; empty for anything else. */
export const claimsIn = (token: string | null): JsonObject =>
  (token?.split('.').length ?? 0) > 2 ? (tokenPart(`${token}`, 1) ?? {}) : {}
