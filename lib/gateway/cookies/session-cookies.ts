import type { CookiePair } from './header.ts'
import { decodeValue, encodeValue, formatCookieHeader, isCookieValue, parseCookieHeader } from './header.ts'
import type { CookieNames, CookieReaderSettings, CookieSettings } from './settings.ts'

/** One cookie to set (`maxAge` > 0, seconds) or to clear (`maxAge` 0). `value` is not encoded yet. */
export type CookieChange = {
  readonly name: string
  readonly value: string
  readonly maxAge: number
  readonly domain?: string | undefined
}

type CookieRole = keyof CookieNames

/** The gateway's own cookies, as the browser sent them. */
export type PresentedCookies = {
  /** Values put together again from their chunks; a name sent twice, or one that cannot be read, is left out. */
  readonly values: Partial<Record<CookieRole, string>>
  /** Every name that was sent and belongs to a session cookie, chunks included. */
  readonly names: readonly string[]
  /** Names that were sent more than once, or whose value cannot be read or is too long: to be cleared. */
  readonly broken: readonly string[]
}

/** The largest cookie that browsers keep, its name included (RFC 6265bis 5.6). */
const MAX_BYTES = 4096
/** 64 KiB: several times what servers accept. A higher number belongs to somebody else's cookie. */
const CHUNK = /^(.+)\.(\d|1[0-5])$/
/** How many cookies one response clears. A session has fewer; what a visitor has made up beyond that waits for the next. */
const MAX_CLEARED = 16
const ROLES: readonly CookieRole[] = ['accessToken', 'refreshToken', 'userData', 'signedOut']

/** The name a cookie has in the browser: `__Host-` on secure requests, unless a `Domain` forbids it (RFC 6265bis 4.1.3.2). */
export function cookieName(role: CookieRole, settings: CookieSettings, secure: boolean): string {
  const name = settings.cookieNames[role]
  return secure && settings.domain === undefined ? `__Host-${name}` : name
}

/** Finds the session cookies among the request's cookies. */
export function readSessionCookies(
  pairs: readonly CookiePair[],
  settings: CookieReaderSettings,
  secure: boolean,
): PresentedCookies {
  const expected = ROLES.map((role) => cookieName(role, settings, secure))
  const found = new Map<string, string>()
  const broken: string[] = []
  for (const { name, value } of pairs) {
    if (!expected.includes(baseName(name))) continue
    if (found.has(name) && !broken.includes(name)) broken.push(name)
    found.set(name, value)
  }
  const values: Partial<Record<CookieRole, string>> = {}
  for (const role of ROLES) {
    const maxBytes = role === 'refreshToken' ? settings.maxRefreshTokenBytes : Number.POSITIVE_INFINITY
    const value = assemble(cookieName(role, settings, secure), found, broken, maxBytes)
    if (value !== undefined) values[role] = value
  }
  return { values, names: [...found.keys()], broken }
}

/** Whether a cookie is one of the gateway's own, under either of its names. */
export function isSessionCookieName(name: string, settings: Pick<CookieSettings, 'cookieNames'>): boolean {
  const names: readonly string[] = Object.values(settings.cookieNames)
  return names.includes(baseName(name).replace(/^__Host-/, ''))
}

/** Whether a cookie stays between the browser and the gateway: the session's, and the mark of a browser that is known. */
const isOwnCookieName: typeof isSessionCookieName = (name, settings) =>
  isSessionCookieName(name, settings) || /^(__Host-)?knownDevice$/.test(name)

/** Removes the session's cookies, under either of their names, from headers that go to another server. */
export function removeSession(headers: Headers, settings: Pick<CookieSettings, 'cookieNames'>): Headers {
  const kept = parseCookieHeader(headers.get('cookie')).filter(({ name }) => !isOwnCookieName(name, settings))
  if (kept.length > 0) headers.set('cookie', formatCookieHeader(kept))
  else headers.delete('cookie')
  return headers
}

function baseName(name: string): string {
  return CHUNK.exec(name)?.[1] ?? name
}

function assemble(
  name: string,
  found: ReadonlyMap<string, string>,
  broken: string[],
  maxBytes: number,
): string | undefined {
  const parts = found.has(name) ? [name] : chunkNames(name, found)
  if (parts.length === 0 || parts.some((part) => broken.includes(part))) return undefined
  const value = decodeValue(parts.map((part) => found.get(part)).join(''))
  if (value === undefined || value.length > maxBytes || !isCookieValue(value)) {
    broken.push(...parts)
    return undefined
  }
  return value === '' ? undefined : value
}

function chunkNames(name: string, found: ReadonlyMap<string, string>): string[] {
  const names: string[] = []
  while (found.has(`${name}.${names.length}`)) names.push(`${name}.${names.length}`)
  return names
}

/** Sets one cookie, in chunks when it is too long, and clears what an earlier, longer or shorter value left. */
export function setCookie(
  name: string,
  value: string,
  maxAge: number,
  presented: readonly string[],
): CookieChange[] {
  // Larger numbers are not written in digits alone, and a browser would drop the cookie when it is closed.
  const life = Math.min(Math.max(0, Math.ceil(maxAge)), Number.MAX_SAFE_INTEGER)
  const set = chunk(name, value).map((part) => ({ ...part, maxAge: life }))
  const written = new Set(set.map((change) => change.name))
  const left = presented.filter((other) => baseName(other) === name && !written.has(other))
  return [...left.map(clearedCookie), ...set]
}

/** Clears a cookie with all the chunks of it that were presented. */
export function clearCookie(name: string, presented: readonly string[]): CookieChange[] {
  return presented.filter((other) => baseName(other) === name).map(clearedCookie)
}

/** Clears names that were sent twice: the host-only cookie, and the one of the configured `Domain`. */
export function clearBroken(broken: readonly string[], domain: string | undefined): CookieChange[] {
  return broken.flatMap((name) => [
    { ...clearedCookie(name), domain: undefined },
    ...(domain === undefined ? [] : [{ ...clearedCookie(name), domain }]),
  ])
}

/** The same without the clearing that is too much for one response. Cookies that would spoil a new session go first: low numbers. */
export function withoutExcess<Change extends CookieChange>(changes: readonly Change[]): readonly Change[] {
  const cleared = changes.filter(({ maxAge }) => maxAge === 0)
  if (cleared.length <= MAX_CLEARED) return changes
  const numberOf = ({ name }: Change) => Number(CHUNK.exec(name)?.[2] ?? -1)
  const kept = new Set(cleared.sort((one, other) => numberOf(one) - numberOf(other)).slice(0, MAX_CLEARED))
  return changes.filter((change) => change.maxAge > 0 || kept.has(change))
}

const clearedCookie = (name: string) => ({ name, value: '', maxAge: 0 })

function chunk(name: string, value: string): CookiePair[] {
  const encodedLength = encodeURIComponent(value).length
  if (name.length + encodedLength <= MAX_BYTES) return [{ name, value }]
  const room = MAX_BYTES - name.length - '.99'.length
  // Encoding makes at most three characters of one.
  const size = encodedLength === value.length ? room : Math.floor(room / 3)
  const pieces = value.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []
  return pieces.map((piece, index) => ({ name: `${name}.${index}`, value: piece }))
}

/** The request's cookies as the app is to see them: other cookies untouched, session cookies replaced by `changes`. */
export function applyChanges(
  pairs: readonly CookiePair[],
  presented: PresentedCookies,
  changes: readonly CookieChange[],
): CookiePair[] {
  const changed = new Set([...changes.map((change) => change.name), ...presented.broken])
  const kept = pairs.filter((pair) => !changed.has(pair.name))
  const set = changes.filter((change) => change.maxAge > 0)
  return [...kept, ...set.map(({ name, value }) => ({ name, value: encodeValue(value) }))]
}
