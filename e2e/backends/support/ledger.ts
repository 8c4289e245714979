import { createHmac, randomUUID } from 'node:crypto'

/** Whom every backend of these tests knows. */
export const ANNA = {
  id: '42',
  name: 'Anna',
  email: 'anna@example.com',
  password: 'anna-password-123',
  roles: ['editor'],
}

type Token = { readonly family: string; used: boolean }

/**
 * A backend's memory of sessions. Strict: a refresh token that comes twice ends its session, as a theft.
 */
export function createLedger({ rotates = true } = {}) {
  const refreshTokens = new Map<string, Token>()
  const accessTokens = new Map<string, string>()
  const over = new Set<string>()
  const ledger = {
    /** Refresh tokens that came a second time. */
    reuses: 0,
    /** Answers to refresh calls that were good. */
    refreshes: 0,

    begin() {
      return issue(randomUUID())
    },

    /** The next pair, or undefined when the session is over. */
    refresh(refreshToken: unknown) {
      const token = refreshTokens.get(String(refreshToken))
      if (!token || over.has(token.family)) return undefined
      if (rotates && token.used) {
        ledger.reuses += 1
        over.add(token.family)
        return undefined
      }
      token.used = true
      ledger.refreshes += 1
      return rotates ? issue(token.family) : { ...issue(token.family, String(refreshToken)) }
    },

    /** Ends the session of either token. */
    end(token: unknown) {
      const family = refreshTokens.get(String(token))?.family ?? accessTokens.get(String(token))
      if (family) over.add(family)
    },

    /** Whether an access token, opaque or a JWT's `jti`, may call the API. */
    isLive(accessToken: unknown) {
      const family = accessTokens.get(String(accessToken))
      return family !== undefined && !over.has(family)
    },
  }

  function issue(family: string, kept?: string) {
    const pair = { accessToken: `access.${randomUUID()}`, refreshToken: kept ?? `refresh.${randomUUID()}` }
    accessTokens.set(pair.accessToken, family)
    if (kept === undefined) refreshTokens.set(pair.refreshToken, { family, used: false })
    return { ...pair, family }
  }
  return ledger
}

const base64url = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A JWT as a backend signs it, with a header of its own. */
export function jwt(
  claims: object,
  key: string | Buffer,
  { typ = 'JWT' as string | null, alg = 'HS256' } = {},
): string {
  const hash = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }[alg] ?? 'sha256'
  const unsigned = `${base64url({ alg, ...(typ !== null && { typ }) })}.${base64url(claims)}`
  return `${unsigned}.${createHmac(hash, key).update(unsigned).digest('base64url')}`
}

/** The claims of a JWT whose signature is right; undefined for any other text. */
export function readJwt(token: unknown, key: string | Buffer): Record<string, unknown> | undefined {
  const [header = '', payload = '', signature] = String(token).split('.')
  try {
    const { alg, typ } = JSON.parse(Buffer.from(header, 'base64url').toString())
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return jwt(claims, key, { alg, typ: typ ?? null }).split('.')[2] === signature ? claims : undefined
  } catch {
    return undefined
  }
}

export const now = () => Math.floor(Date.now() / 1000)
