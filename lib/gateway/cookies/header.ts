/** One `name=value` of a Cookie header; `value` as it was sent. */
export type CookiePair = { readonly name: string; readonly value: string }

/** Splits a Cookie header (RFC 6265bis 5.8.3) at semicolons, and each pair at its first `=`. */
export function parseCookieHeader(header: string | null): CookiePair[] {
  if (!header) return []
  const pairs: CookiePair[] = []
  for (const part of header.split(';')) {
    const splitAt = part.indexOf('=')
    if (splitAt < 0) continue
    pairs.push({ name: trimSpace(part.slice(0, splitAt)), value: trimSpace(part.slice(splitAt + 1)) })
  }
  return pairs
}

/**
 * Removes RFC 9110's white space and no more. `trim()` would also take the byte A0: the last one of `voilà`, and one with
 * which a sibling host may begin the name of a cookie, past the browser's rules for `__Host-`.
 */
export function trimSpace(text: string): string {
  let [start, end] = [0, text.length]
  while (isBlank(text[start])) start += 1
  while (end > start && isBlank(text[end - 1])) end -= 1
  return text.slice(start, end)
}

const isBlank = (character: string | undefined) => character === ' ' || character === '\t'

/** Writes pairs back as a Cookie header, bytes untouched. */
export function formatCookieHeader(pairs: readonly CookiePair[]): string {
  return pairs.map(({ name, value }) => `${name}=${value}`).join('; ')
}

/** RFC 6265bis 4.1.1: cookie-octets, in double quotes or not; quotes are part of the value. */
const COOKIE_VALUE = /^("?)[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]*\1$/

export const isCookieValue = (value: string): boolean => COOKIE_VALUE.test(value)

/**
 * A token as it stands in the browser's cookie. `=`, `+` and `/` stay as they are; a value with a percent sign or a
 * quote is encoded, so that {@link decodeValue} is its exact inverse, also after Next has encoded it once.
 */
export const encodeValue = (value: string): string => (/[%"]/.test(value) ? encodeURIComponent(value) : value)

/** Undefined when the value cannot be read. */
export function decodeValue(value: string): string | undefined {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}
