import { parseCookieHeader } from '../../gateway/cookies/header.ts'
import { readSessionCookies } from '../../gateway/cookies/session-cookies.ts'
import type { CookieNames } from '../../gateway/cookies/settings.ts'
import type { GatewaySettings } from '../../gateway/options.ts'
import type { KeySet } from '../../gateway/token/key-set.ts'
import type { Inspection } from './inspect-token.ts'
import { inspectToken } from './inspect-token.ts'

export type CookieInspection = {
  /** The gateway's findings, by the names of its cookies. */
  readonly cookies: Readonly<Record<string, Inspection>>
  /** Names that count for nothing, because they were sent twice or cannot be read. */
  readonly broken: readonly string[]
  /** Why the gateway does not take the session as a whole, if something keeps it from that. */
  readonly refused: string | null
}

const ROLES: readonly (keyof CookieNames)[] = ['accessToken', 'refreshToken', 'userData', 'signedOut']

/** Reads a Cookie header as the gateway would at `now` (seconds). */
export async function inspectCookies(
  header: string,
  settings: GatewaySettings,
  keys: KeySet,
  now: number,
): Promise<CookieInspection> {
  const pairs = parseCookieHeader(header.replace(/^cookie:/i, ''))
  const { values, broken } = readSessionCookies(
    pairs,
    settings,
    pairs.some(({ name }) => name.startsWith('__Host-')),
  )
  const found: Record<string, Inspection> = {}
  for (const role of ROLES) {
    const value = values[role]
    if (value === undefined) continue
    const read = await inspectToken(value, settings, keys, now)
    // The value is the backend's own, and need not be a token that the gateway can read.
    found[settings.cookieNames[role]] =
      role === 'refreshToken' && read.kind !== 'refresh token'
        ? { kind: 'refresh token', state: 'opaque' }
        : read
  }
  return { cookies: found, broken, refused: whyRefused(found, settings.cookieNames) }
}

function whyRefused(found: Readonly<Record<string, Inspection>>, names: CookieNames): string | null {
  const access = found[names.accessToken]
  const mark = found[names.signedOut]
  if (!access && !found[names.refreshToken]) return 'no session cookie was found'
  if (mark?.state === 'valid' && mark.claims?.sid && mark.claims.sid === access?.claims?.sid)
    return 'this browser has signed out of this session'
  const misplaced =
    access && access.kind !== 'access token'
      ? `a ${access.kind} stands in the place of an access token`
      : null
  return misplaced
}
