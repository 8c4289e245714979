import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, BrowserAnswer } from 'evergate/testing'
import { seededRandom } from 'evergate/testing'
import { challengeToRegister, challengeToRenew, deviceKey } from '../../support/device-key.ts'
import type { Fleet } from '../fleet.ts'
import type { Theft } from '../ledger.ts'
import { LIMITS, THIEF_GOES_ON } from '../limits.ts'
import { seedFor } from '../plan.ts'
import type { Cookies, Look } from './browser.ts'
import { asksAgain, browserWith, looking } from './browser.ts'
import type { BoundVisitor } from './visitor.ts'

const ASK_EVERY = 200
const REFRESH_TOKEN = '__Host-refreshToken'
/** Milliseconds after which a thief gives up who waits for somebody to be bound. */
const WAIT = 20_000
const STRANGER: Look = { agent: 'curl/8', address: '198.51.100.9' }

type Copy = { readonly jar: Cookies; readonly victim: BoundVisitor; readonly at: number }

/**
 * Somebody copies the whole cookie jar of a visitor at a random moment, and goes on with it for longer than an access token lives: as a
 * program of another name in another network, or as one that looks like the victim's browser. Each fourth has copied it before the binding.
 *
 * @param number - decides, with the seed, how and when
 * @param seconds - when the last thieves come
 */
export async function steal(
  victims: readonly BoundVisitor[],
  fleet: Fleet,
  { number, seed, seconds }: { number: number; seed: number; seconds: number },
): Promise<Theft | null> {
  const random = seededRandom(seedFor(seed, 'thefts', number * 7_907))
  const isEarly = number % 4 === 3
  const isLookAlike = number % 2 === 0 || number % 8 === 7
  const copy = await (isEarly ? copyEarly : copyBound)(victims, random, seconds)
  if (!copy) return null
  const look = isLookAlike ? copy.victim.look : STRANGER
  let asked = number
  const browser = await browserWith(copy.jar, () => fleet.gatewayUrl(asked))
  const mayRegister = isEarly && !isLookAlike
  const thief: Thief = { browser, look, copy, fleet, key: await deviceKey(), mayRegister }

  const since = () => performance.now() - copy.at
  let servedUntil = 0
  const atAuthServer = { accepted: 0, refused: 0 }
  while (since() < LIMITS.life * 1000 + THIEF_GOES_ON) {
    const askedAt = since()
    const way = WAYS[asked % WAYS.length] ?? atGateway('api', '/api/session')
    asked += 1
    const heard = await way(thief, asked).catch(() => 'nothing' as const)
    if (heard === 'served') servedUntil = askedAt
    if (heard === 'accepted' || heard === 'refused') atAuthServer[heard] += 1
    // What was cleared is put back.
    if (thief.browser.cookies()[REFRESH_TOKEN] === undefined) await refill(thief)
    await delay(ASK_EVERY)
  }
  thief.browser.close()
  return {
    by: isLookAlike ? 'look-alike' : 'stranger',
    copied: isEarly ? 'before the binding' : 'bound',
    whom: copy.victim.email,
    servedUntil,
    atAuthServer,
  }
}

/** At a random moment, from somebody whose session is bound by then. */
async function copyBound(
  victims: readonly BoundVisitor[],
  random: () => number,
  seconds: number,
): Promise<Copy | null> {
  await delay(random() * seconds * 1000)
  for (const until = performance.now() + WAIT; performance.now() < until; ) {
    const victim = victims[Math.floor(random() * victims.length)]
    if (victim && (await victim.browser.isBound()))
      return { victim, jar: victim.browser.cookies(), at: performance.now() }
    await delay(50)
  }
  return null
}

/** Just before the binding; and it is used behind that, or any refresh token could be. */
async function copyEarly(
  victims: readonly BoundVisitor[],
  random: () => number,
  seconds: number,
): Promise<Copy | null> {
  const victim = victims[Math.floor(random() * victims.length)]
  if (!victim) throw new Error('a storm has a visitor at least')
  const jar = await Promise.race([
    victim.browser.beforeBinding,
    delay(seconds * 1000 + WAIT, null, { ref: false }),
  ])
  if (!jar) return null
  const at = performance.now()
  for (const until = at + WAIT; !(await victim.browser.isBound()); await delay(20))
    if (performance.now() > until) return null
  return { victim, jar, at }
}

type Thief = {
  browser: Browser
  readonly look: Look
  readonly copy: Copy
  readonly fleet: Fleet
  readonly key: Awaited<ReturnType<typeof deviceKey>>
  readonly mayRegister: boolean
}
type Heard = 'served' | 'nothing' | 'accepted' | 'refused'
type Way = (thief: Thief, number: number) => Promise<Heard>

async function refill(thief: Thief): Promise<void> {
  const { fleet, copy } = thief
  thief.browser.close()
  thief.browser = await browserWith(copy.jar, () => fleet.gatewayUrl(Math.floor(performance.now())))
}

const inTime = () => AbortSignal.timeout(LIMITS.patience * 1000)

/** As a browser does that has no such key: it loads again what asks for that. */
function atGateway(kind: 'open' | 'navigate' | 'api', path: string): Way {
  return async (thief) => {
    const { browser, look, copy, mayRegister } = thief
    const ask = () => browser.tab()[kind](path, { headers: looking(look), signal: inTime() })
    const first = await ask()
    const answer = asksAgain(first) ? await ask() : first
    const offered = challengeToRegister(answer.headers.get('secure-session-registration'))
    if (mayRegister && offered !== undefined && (await register(thief, offered)).status === 200)
      return 'served'
    return isServed(answer, copy.victim.email) ? 'served' : 'nothing'
  }
}

function isServed({ headers, body }: BrowserAnswer, email: string): boolean {
  return ['active', 'renewed'].includes(headers.get('x-session') ?? '') || body.includes(email)
}

const register = async ({ browser, look, key }: Thief, challenge: string) =>
  browser.tab().api('/session/device', {
    method: 'POST',
    headers: { ...looking(look), 'secure-session-response': await key.register(challenge) },
    signal: inTime(),
  })

/** Without a proof, and with one of another key. The name of the device session is in the profile that was copied. */
const atEndpoint: Way = async ({ browser, look, key, copy }) => {
  const post = (headers: Record<string, string> = {}) =>
    browser.tab().api('/session/device/refresh', {
      method: 'POST',
      headers: { ...looking(look), 'sec-secure-session-id': `"${copy.victim.browser.did()}"`, ...headers },
      signal: inTime(),
    })
  const first = await post()
  const challenge = challengeToRenew(first.headers.get('secure-session-challenge'))
  const answer =
    challenge === undefined ? first : await post({ 'secure-session-response': await key.prove(challenge) })
  return answer.status === 200 ? 'served' : 'nothing'
}

const atAuthServer: Way = async ({ look, key, copy, fleet }, number) => {
  const token = copy.jar[REFRESH_TOKEN]
  const proof = await key.prove('a challenge')
  const response = await fetch(`${fleet.authUrl(number)}/refreshtoken`, {
    method: 'POST',
    headers: {
      ...looking(look),
      cookie: `refreshToken=${token}${number % 2 ? `; __Host-device-proof=${proof}` : ''}`,
    },
    signal: inTime(),
  })
  await response.body?.cancel()
  if (response.status === 200) return 'accepted'
  return response.status < 500 ? 'refused' : 'nothing'
}

const WAYS: readonly Way[] = [
  atGateway('api', '/api/session'),
  atGateway('open', '/dashboard'),
  atAuthServer,
  atGateway('api', '/api/session'),
  atGateway('navigate', '/dashboard'),
  atEndpoint,
]
