import { setTimeout as delay } from 'node:timers/promises'
import { seededRandom } from 'evergate/testing'
import type { Visitor } from './cast.ts'
import type { Fleet } from './fleet.ts'
import type { Attack } from './ledger.ts'
import { ATTACK_MARGIN, LIMITS } from './limits.ts'
import { seedFor } from './plan.ts'

/**
 * Somebody copies a session's refresh token, the session is renewed, and the copy is presented when the grace is over:
 * to an auth server or to a gateway, sooner or later. Then the session's own newest token must be dead, too.
 *
 * @param number - decides, with the seed, how and when
 * @param seconds - when the last attackers come, at the earliest after the grace
 */
export async function attack(
  visitor: Visitor,
  fleet: Fleet,
  { number, seed, seconds }: { number: number; seed: number; seconds: number },
): Promise<Attack> {
  const random = seededRandom(seedFor(seed, 'attacks', number))
  const by = number % 2 === 0 ? refreshAtAuthServer : renewAtGateway
  const old = visitor.browser.cookies().refreshToken ?? ''
  const newest = await untilAnswered(() => by(fleet, number, old, OWNER))
  if (!newest.token) return { taken: 'unanswered', session: 'unanswered' }

  const soonest = LIMITS.grace + ATTACK_MARGIN
  const wait = soonest + random() * Math.max(0, seconds - soonest)
  await delay(wait * 1000)
  const present = random() < 0.5 ? refreshAtAuthServer : renewAtGateway
  const taken = (await untilAnswered(() => present(fleet, number + 1, old, THIEF))).end
  const after = (await untilAnswered(() => refreshAtAuthServer(fleet, number, newest.token, OWNER))).end
  const session = after === 'accepted' ? 'alive' : after === 'refused' ? 'revoked' : after
  return { taken, session }
}

type Presented = { readonly end: Attack['taken']; readonly token: string }

const UNANSWERED: Presented = { end: 'unanswered', token: '' }
const TRIES = 60

/** Faults and kills meet attackers like everybody else. */
async function untilAnswered(present: () => Promise<Presented>): Promise<Presented> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const found = await present().catch(() => UNANSWERED)
    if (found.end !== 'unanswered') return found
    await delay(150)
  }
  return UNANSWERED
}

/*
 * Two programs: after a kill both may come to the same gateway, and to that a parent which its own browser goes on to present is an
 * answer that was lost on the way (docs/next-features.md says what remains of that for a thief who looks like the owner).
 */
const OWNER = 'the owner'
const THIEF = 'a thief'

const headersWith = (token: string, agent: string) => ({
  accept: 'application/json',
  cookie: `refreshToken=${token}`,
  'user-agent': agent,
})
const inTime = () => AbortSignal.timeout(LIMITS.patience * 1000)

async function refreshAtAuthServer(
  fleet: Fleet,
  index: number,
  token: string,
  agent: string,
): Promise<Presented> {
  const headers = headersWith(token, agent)
  const url = `${fleet.authUrl(index)}/refreshtoken`
  const response = await fetch(url, { method: 'POST', headers, signal: inTime() })
  if (response.status === 200) {
    const { refreshToken } = (await response.json()) as { refreshToken: string }
    return { end: 'accepted', token: refreshToken }
  }
  await response.body?.cancel()
  return response.status === 403 ? { end: 'refused', token: '' } : UNANSWERED
}

async function renewAtGateway(fleet: Fleet, index: number, token: string, agent: string): Promise<Presented> {
  const url = `${fleet.gatewayUrl(index)}/api/session`
  const response = await fetch(url, { headers: headersWith(token, agent), signal: inTime() })
  await response.text()
  const session = response.headers.get('x-session')
  const [, child = ''] = /(?:^|, )refreshToken=([^;]*)/.exec(response.headers.getSetCookie().join(', ')) ?? []
  if (session === 'renewed') return { end: 'accepted', token: child }
  return session === 'ended' ? { end: 'refused', token: '' } : UNANSWERED
}
