import { randomBytes } from 'node:crypto'
import { asApi, asDocument, claimsOf, cookieHeader, signInAtAuthServer, type Tokens } from './client.ts'
import type { Running } from './processes.ts'
import type { Stack } from './stack.ts'

/** A session, and whose it is. */
export type Person = Tokens & {
  readonly sid: string
  readonly userId: string
  readonly email: string
  readonly password: string
}

/** People with accounts of their own, so that nothing that becomes of one touches another. */
export function peopleOf(stack: Stack) {
  const all: Person[] = []

  function remember(person: Omit<Person, 'sid' | 'userId'>): Person {
    const { sid, sub } = claimsOf(person.accessToken)
    const whole = { ...person, sid: String(sid), userId: String(sub) }
    all.push(whole)
    return whole
  }

  return {
    /** Every session of theirs. */
    all: all as readonly Person[],

    /** Somebody who registers. */
    async newcomer(at: Pick<Running, 'url'> = stack.auth): Promise<Person> {
      const account = {
        email: `person-${all.length}@example.com`,
        password: `a quiet evening by the sea, ${randomBytes(6).toString('hex')}`,
      }
      const response = await fetch(`${at.url}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...account, name: 'Somebody' }),
      })
      return remember({ ...((await response.json()) as Tokens), ...account })
    },

    /** The same person in another browser. */
    elsewhere: async ({ email, password }: Person) =>
      remember({ ...(await signInAtAuthServer(stack, { email, password })), email, password }),

    /** Asks the auth server through the gateway, as a page does. Throws unless it is done. New cookies are nobody's. */
    async ask(person: Tokens, method: string, path: string, body: object = {}): Promise<void> {
      const { ok, status } = await fetch(`${stack.app.url}/api/backend${path}`, {
        method,
        headers: { ...asApi, 'content-type': 'application/json', cookie: cookieHeader(person) },
        body: JSON.stringify(body),
      })
      if (!ok) throw new Error(`${method} ${path} answered ${status}`)
    },

    /** Comes back to a page with what cookies are left; throws unless the session has ended. Where it leads. */
    async comeBack(cookie: string): Promise<URL> {
      const headers = { ...asDocument, cookie }
      const response = await fetch(`${stack.app.url}/dashboard`, { headers, redirect: 'manual' })
      const outcome = response.headers.get('x-session')
      if (outcome !== 'ended') throw new Error(`the session is ${outcome}`)
      return new URL(response.headers.get('location') ?? '', stack.app.url)
    },

    /** Renews a session without the gateway. */
    async refresh({ refreshToken }: Tokens): Promise<Tokens> {
      const headers = { cookie: cookieHeader({ refreshToken }) }
      const response = await fetch(`${stack.auth.url}/refreshtoken`, { method: 'POST', headers })
      return (await response.json()) as Tokens
    },
  }
}
