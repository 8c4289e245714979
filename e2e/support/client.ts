import { SignJWT } from 'jose'
import { ADMIN, DEMO } from './accounts.ts'
import type { Stack } from './stack.ts'

/** The parts of a stack that sessions come from. */
type Issuer = { readonly auth: Pick<Stack['auth'], 'url'>; readonly accessSecret: string }

export { ADMIN, DEMO }

/** The tokens that a browser holds. */
export type Tokens = { readonly accessToken: string; readonly refreshToken: string }

/** Signs in at the auth server itself and returns its tokens. */
export async function signInAtAuthServer(stack: Issuer, account = DEMO): Promise<Tokens> {
  const response = await fetch(`${stack.auth.url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  if (!response.ok) throw new Error(`sign-in answered ${response.status}`)
  return (await response.json()) as Tokens
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

/** The same access token as it would look `age` seconds after its end (negative: before). */
export async function aged(stack: Issuer, tokens: Tokens, age = 60): Promise<Tokens> {
  const now = Math.floor(Date.now() / 1000)
  const accessToken = await new SignJWT({
    ...claimsOf(tokens.accessToken),
    iat: now - age - 900,
    exp: now - age,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .sign(new TextEncoder().encode(stack.accessSecret))
  return { ...tokens, accessToken }
}

/** A session whose access token has run out and whose refresh token has not been used. */
export async function expiredSession(stack: Issuer, account = DEMO): Promise<Tokens> {
  return aged(stack, await signInAtAuthServer(stack, account))
}

export function cookieHeader(tokens: Partial<Tokens>, others = ''): string {
  const { accessToken, refreshToken } = tokens
  const own = [accessToken && `accessToken=${accessToken}`, refreshToken && `refreshToken=${refreshToken}`]
  return [...own, others].filter(Boolean).join('; ')
}

/** The Set-Cookie headers of a response by name; a cookie set twice is a mistake of the server. */
export function setCookies(response: Response): Map<string, { value: string; header: string }> {
  const found = new Map<string, { value: string; header: string }>()
  for (const header of response.headers.getSetCookie()) {
    const splitAt = header.indexOf('=')
    const name = header.slice(0, splitAt)
    if (found.has(name)) throw new Error(`${name} is set twice`)
    found.set(name, { value: header.slice(splitAt + 1).split(';')[0] ?? '', header })
  }
  return found
}

/** Headers with which a browser asks for a page, posts from the same site, or its router fetches one. */
export const asDocument = { accept: 'text/html', 'sec-fetch-site': 'none' }
export const asNavigation = { rsc: '1', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }
export const asPrefetch = { ...asNavigation, 'next-router-prefetch': '1' }
export const asApi = { accept: 'application/json', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }
