import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, BrowserAnswer } from 'evergate/testing'
import { openBrowser } from 'evergate/testing'
import type { Fleet } from './fleet.ts'
import type { Ledger, Sighting } from './ledger.ts'
import { LIMITS } from './limits.ts'
import type { Ask } from './plan.ts'

/** Somebody with an account, a session and a browser. */
export type Visitor = {
  readonly email: string
  readonly browser: Browser
  /** Where the browser's next request goes. */
  send(url: string): void
  /** The newest refresh token in the jar. */
  refreshToken(): string | undefined
  /** False while there is something to do still that a visit does not end without. */
  isSettled(): Promise<boolean>
  isLost: boolean
}

/** The address that browsers use. A load balancer stands there. */
const ORIGIN = 'http://127.0.0.1:8080'
const PASSWORD = 'a password of the storm'
const PERSON = /[\w-]+@storm\.example/g

/** Registers somebody at an auth server, who is then signed in, and whom the gateways know by name. */
export async function newVisitor(name: string, authUrl: string, gatewayUrl: string): Promise<Visitor> {
  let server = authUrl
  const browser = openBrowser({ origin: ORIGIN, resolve: () => server })
  const email = `${name}@storm.example`
  const answer = await browser.tab().api('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD, name }),
  })
  if (answer.status !== 201) throw new Error(`registering answered ${answer.status}: ${answer.body}`)
  // User data is a cookie of the gateways', and comes with the first renewal.
  browser.drop('accessToken')
  server = gatewayUrl
  const greeting = await browser.tab().api('/api/session')
  if (greeting.status !== 200) throw new Error(`the first renewal answered ${greeting.status}`)
  return {
    email,
    browser,
    send(url) {
      server = url
    },
    refreshToken: () => browser.cookies().refreshToken,
    isSettled: async () => true,
    isLost: false,
  }
}

const RELOAD_AFTER = 150
/** After so long without an answer a visitor gives up, which is a promise broken. */
const GIVE_UP_AFTER = 45_000

/** Asks as somebody would: when nothing comes or the answer is an apology, again. */
export async function ask(visitor: Visitor, wanted: Ask, fleet: Fleet, ledger: Ledger): Promise<void> {
  const tab = visitor.browser.tab()
  const began = performance.now()
  let next = wanted
  for (let tried = 0; !visitor.isLost; tried += 1) {
    visitor.send(fleet.gatewayUrl(wanted.gateway + tried))
    const seen = await look(visitor, next, tab[next.kind])
    const verdict = ledger.note(visitor.email, seen)
    if (verdict === 'lost') visitor.isLost = true
    if (verdict !== 'again') {
      if (verdict !== 'fine' || (await visitor.isSettled())) return
      // Pages ask for more, and do so until the session is bound.
      next = { ...wanted, kind: 'api', path: '/api/session' }
    }
    if (performance.now() - began > GIVE_UP_AFTER) return ledger.noteUnanswered(visitor.email)
    await delay(RELOAD_AFTER)
  }
}

async function look(
  visitor: Visitor,
  { kind, path }: Ask,
  send: (path: string, request: { signal: AbortSignal }) => Promise<BrowserAnswer>,
): Promise<Sighting> {
  const began = performance.now()
  try {
    const answer = await send(path, { signal: AbortSignal.timeout(LIMITS.patience * 1000) })
    return {
      got: 'answer',
      status: answer.status,
      session: answer.headers.get('x-session'),
      path: new URL(answer.url).pathname,
      people: [...new Set(answer.body.match(PERSON))],
      isPersonal: kind !== 'prefetch',
      refreshToken: visitor.refreshToken(),
      milliseconds: performance.now() - began,
    }
  } catch (error) {
    return { got: 'nothing', because: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error.name === 'AbortError') return 'no patience'
  return 'code' in error ? String(error.code) : error.name
}
