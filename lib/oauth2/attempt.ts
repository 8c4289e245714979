import { parseCookieHeader } from '../gateway/cookies/header.ts'
import { formatSetCookie } from '../gateway/cookies/set-cookie.ts'
import type { Sealer } from '../gateway/token/sealed.ts'
import type { SignInRequirement } from './step-up.ts'

/** One try to sign in, kept in a cookie of its own, so that two tabs do not overwrite each other's. */
export type Attempt = {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly returnTo: string
  /** The sign-in that was asked for, if one was. */
  readonly required: SignInRequirement
}

/** Seconds for somebody to find a password. */
const LIFE = 600
/** Tabs that may be signing in at once; the oldest make way, or request headers would grow without end. */
const MOST = 5
const BASE_NAME = 'signIn.'

const prefix = (secure: boolean) => `${secure ? '__Host-' : ''}${BASE_NAME}`
const nameOf = (state: string, secure: boolean) => prefix(secure) + state.slice(0, 16)

/** Lax, whatever the session's cookies are: the provider sends the browser back from another site. */
const setCookie = (name: string, value: string, maxAge: number, secure: boolean) =>
  formatSetCookie({ name, value, maxAge, domain: undefined }, { secure, sameSite: 'lax', domain: undefined })

/** The Set-Cookie headers that begin an attempt. */
export async function keepAttempt(
  attempt: Attempt,
  request: Request,
  secure: boolean,
  sealer: Sealer,
  now: number,
): Promise<string[]> {
  const others = parseCookieHeader(request.headers.get('cookie')).filter(({ name }) =>
    name.startsWith(prefix(secure)),
  )
  const tooMany = others.slice(0, Math.max(0, others.length - MOST + 1))
  const sealed = await sealer.seal('sign-in+jwe', { ...attempt, exp: now + LIFE })
  return [
    ...tooMany.map(({ name }) => setCookie(name, '', 0, secure)),
    setCookie(nameOf(attempt.state, secure), sealed, LIFE, secure),
  ]
}

/** The attempt that a `state` belongs to, if this browser began it; `clear` ends it, since a code is good for one use. */
export async function findAttempt(
  state: string,
  request: Request,
  secure: boolean,
  sealer: Sealer,
  now: number,
): Promise<{ readonly attempt: Attempt; readonly clear: string } | null> {
  const name = nameOf(state, secure)
  const found = parseCookieHeader(request.headers.get('cookie')).filter((pair) => pair.name === name)
  const opened = found.length === 1 && found[0] ? await sealer.open('sign-in+jwe', found[0].value) : null
  if (!opened || opened.state !== state || !(Number(opened.exp) > now)) return null
  return { attempt: opened as Attempt, clear: setCookie(name, '', 0, secure) }
}
