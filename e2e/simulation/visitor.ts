import type { SessionGateway } from 'evergate/gateway'
import type { ManualClock } from 'evergate/testing'
import type { Chances } from './chances.ts'
import type { Ledger } from './ledger.ts'
import type { Timetable } from './timetable.ts'

/** Seconds after which the waiting page loads again. */
const PATIENCE = [1, 2, 4, 8, 16, 30, 30, 30]
/** The longest way of an answer to the browser, in seconds. With a call's budget it must stay below the grace. */
const LONGEST_WAY = 20

type World = {
  readonly gateways: readonly [SessionGateway, ...SessionGateway[]]
  readonly clock: ManualClock
  readonly timetable: Timetable
  readonly ledger: Ledger
  readonly random: Chances
}

/** A browser with a cookie jar, whose answers take their time and overtake each other. */
export function createVisitor(user: string, tokens: Readonly<Record<string, string>>, world: World) {
  const { clock, gateways, ledger, random, timetable } = world
  const jar = new Map(
    Object.entries(tokens).map(([name, value]) => [name, { value, endsAt: Number.POSITIVE_INFINITY }]),
  )
  let hasEnded = false

  function receive(setCookies: readonly string[]): void {
    for (const header of setCookies) {
      const [, name = '', value = '', maxAge] = /^([^=]+)=([^;]*).*?Max-Age=(\d+)/.exec(header) ?? []
      jar.delete(name)
      if (Number(maxAge) > 0) jar.set(name, { value, endsAt: clock() + Number(maxAge) * 1000 })
    }
  }

  async function load(failures: number): Promise<void> {
    const cookies = [...jar].filter(([, { endsAt }]) => endsAt > clock())
    const headers = {
      accept: 'text/html',
      host: 'app.test',
      cookie: cookies.map(([name, { value }]) => `${name}=${value}`).join('; '),
    }
    const gateway = random.pick(gateways)
    const outcome = await gateway.handle(new Request('http://app.test/dashboard', { headers }))
    ledger.saw(outcome.outcome, {
      hasEnded,
      isForeign: !!outcome.session && outcome.session.subject !== user,
    })
    const way = random.chance(0.8) ? 0 : random.between(1, LONGEST_WAY)
    if (way === 0) receive(outcome.setCookies)
    else timetable.after(way, () => receive(outcome.setCookies))
    const retry = PATIENCE[failures]
    if (outcome.refusal?.status === 503 && retry) timetable.after(retry, () => load(failures + 1))
  }

  return {
    /** Opens so many tabs at once. */
    async visit(tabs: number): Promise<void> {
      await Promise.all(Array.from({ length: tabs }, () => load(0)))
    },
    /** From now on the session is over by somebody's word, and nothing it meets is an accident. */
    end() {
      hasEnded = true
    },
  }
}
