import { describe, expect, test } from 'vitest'
import type { SessionInfo } from './state.ts'
import type { Event, News, Step, Tab } from './step.ts'
import { newTab, step } from './step.ts'

const START = 1_900_000_000_000
const at = (seconds: number) => START / 1000 + seconds
const session = (more: Partial<SessionInfo> = {}): SessionInfo => ({
  user: { id: 'user-1' },
  expiresAt: at(900),
  endsAt: at(36_000),
  now: at(0),
  ...more,
})

/** A tab that time passes for, and what it did at each event. */
function openTab(...events: Event[]) {
  let now = START
  let tab: Tab = newTab()
  let tickAt: number | null = null
  const did: Step[] = []
  const on = (event: Event): Step => {
    const done = step(tab, event, now, 300)
    tab = done.tab
    tickAt = done.tickIn === null ? null : now + done.tickIn
    did.push(done)
    return done
  }
  for (const event of events) on(event)
  return {
    on,
    heard: (news: News) => on({ type: 'heard', news }),
    /** Lets seconds pass as a browser does: each tick when it was asked for. */
    pass(seconds: number) {
      const until = now + seconds * 1000
      while (tickAt !== null && tickAt <= until) {
        now = tickAt
        on({ type: 'tick' })
      }
      now = until
    },
    /** The lid is closed, and opened again: one late tick. */
    sleep(seconds: number) {
      now += seconds * 1000
      return on({ type: 'tick' })
    },
    asked: () => did.filter(({ ask }) => ask).length,
    told: () => did.flatMap(({ tell }) => tell ?? []),
    state: () => tab.state,
  }
}

const shown: Event = { type: 'shown' }
const told = (info: SessionInfo | null): Event => ({ type: 'told', session: info })
const answered = (info: SessionInfo | null): Event => ({ type: 'answered', session: info })
const unanswered: Event = { type: 'unanswered' }

describe('at first', () => {
  test('asks, and is signed in or out by what the server answers', () => {
    const tab = openTab(shown)
    expect([tab.state().status, tab.asked()]).toEqual(['loading', 1])
    tab.on(answered(session()))
    expect(tab.state()).toMatchObject({ status: 'signed-in', user: { id: 'user-1' }, expiresAt: at(900) })

    const visitor = openTab(shown, answered(null))
    expect(visitor.state()).toMatchObject({ status: 'signed-out', reason: null, user: null })
  })

  test('asks nothing when the page brought the session, or the news that there is none', () => {
    for (const known of [session(), null]) {
      const tab = openTab(told(known), shown)
      tab.pass(3600)
      expect(tab.asked()).toBe(0)
    }
  })

  test('does not ask twice while a question is on its way', () => {
    const tab = openTab(shown, shown, { type: 'online' }, { type: 'heard', news: 'signed-in' })
    expect(tab.asked()).toBe(1)
  })
})

describe('nobody is signed out by accident', () => {
  test.each<[string, Event[]]>([
    ['an outage', [{ type: 'restored' }, unanswered]],
    ['being offline', [{ type: 'offline' }]],
    ['both', [{ type: 'restored' }, { type: 'offline' }, unanswered]],
  ])('%s leaves the last session known', (_name, events) => {
    const tab = openTab(told(session()), shown, ...events)
    expect(tab.state()).toMatchObject({ status: 'unreachable', user: { id: 'user-1' }, expiresAt: at(900) })
    tab.pass(86_400)
    expect(tab.state()).toMatchObject({ status: 'unreachable', user: { id: 'user-1' } })
  })

  test('nor by what another tab says: the server is asked', () => {
    const tab = openTab(told(session()), shown)
    expect(tab.heard('ended').ask).toBe(true)
    expect(tab.state().status).toBe('signed-in')
    tab.on(answered(session()))
    expect(tab.state().status).toBe('signed-in')
  })

  test('nor by an answer that was on its way when somebody signed in', () => {
    const tab = openTab(told(session()), shown, { type: 'restored' })
    tab.on(told(session({ user: { id: 'user-2' } })))
    const late = tab.on(answered(null))
    expect(tab.state()).toMatchObject({ status: 'signed-in', user: { id: 'user-2' } })
    expect(late.ask).toBe(true)
  })
})

describe('offline and online', () => {
  test('asks nothing while offline, and once when online again', () => {
    const tab = openTab(told(session()), shown, { type: 'offline' })
    tab.pass(7200)
    tab.on(shown)
    expect(tab.asked()).toBe(0)
    expect(tab.on({ type: 'online' }).ask).toBe(true)
    tab.on(answered(session()))
    expect(tab.state().status).toBe('signed-in')
  })

  test('in an outage it asks twice a minute, and at once when another request got through', () => {
    const tab = openTab(told(session()), shown, { type: 'restored' }, unanswered)
    expect(tab.asked()).toBe(1)
    tab.pass(29)
    expect(tab.asked()).toBe(1)
    tab.pass(1)
    expect(tab.asked()).toBe(2)
    tab.on(unanswered)
    expect(tab.on({ type: 'reached' }).ask).toBe(true)
  })
})

describe('an idle session is not kept alive', () => {
  test('a tab that is only open asks nothing, however long', () => {
    const tab = openTab(told(session({ endsAt: null })), shown)
    tab.pass(7 * 86_400)
    expect(tab.asked()).toBe(0)
  })

  test('nor does one in the background, which has no timer at all', () => {
    const tab = openTab(told(session()), shown, { type: 'hidden' })
    expect(tab.on({ type: 'tick' }).tickIn).toBeNull()
    expect(tab.heard('renewed').ask).toBe(false)
  })
})

describe('coming back', () => {
  test('asks when the access token has ended meanwhile, and not before', () => {
    const tab = openTab(told(session()), shown, { type: 'hidden' })
    tab.pass(800)
    expect(tab.on(shown).ask).toBe(false)
    tab.on({ type: 'hidden' })
    tab.pass(100)
    expect(tab.on(shown).ask).toBe(true)
  })

  test('a computer that slept is noticed by its late timer', () => {
    const tab = openTab(told(session()), shown)
    expect(tab.sleep(7200).ask).toBe(true)
  })

  test('a page from the back/forward cache always asks: it has heard nothing', () => {
    expect(openTab(told(session()), shown).on({ type: 'restored' }).ask).toBe(true)
  })

  test('the end of the token is the server’s, whatever this computer’s clock says', () => {
    const wrongClock = openTab(told(session({ now: at(-3600), expiresAt: at(-2700) })), shown)
    wrongClock.on({ type: 'hidden' })
    wrongClock.pass(800)
    expect(wrongClock.on(shown).ask).toBe(false)
  })
})

describe('the absolute limit', () => {
  const ending = session({ expiresAt: at(900), endsAt: at(1000) })

  test('ends soon from the time that was asked for, to the second', () => {
    const tab = openTab(told(ending), shown)
    tab.pass(699)
    expect(tab.state()).toMatchObject({ status: 'signed-in', endsSoon: false })
    tab.pass(1)
    expect(tab.state()).toMatchObject({ status: 'signed-in', endsSoon: true, endsAt: at(1000) })
  })

  test('asks a second after it, and says that it was the limit', () => {
    const tab = openTab(told(ending), shown)
    tab.pass(1000)
    expect(tab.asked()).toBe(0)
    tab.pass(1)
    expect(tab.asked()).toBe(1)
    tab.on(answered(null))
    expect(tab.state()).toMatchObject({ status: 'signed-out', reason: 'limit' })
  })

  test('a server that goes on beyond it is not asked without end', () => {
    const tab = openTab(told(ending), shown)
    tab.pass(1001)
    for (let minute = 0; minute < 5; minute += 1) {
      tab.on(answered({ ...ending, now: at(1001 + 60 * minute) }))
      tab.pass(60)
    }
    expect(tab.asked()).toBeLessThanOrEqual(6)
  })

  test('an end before it was somebody’s doing', () => {
    const tab = openTab(told(ending), shown, { type: 'heard', news: 'ended' }, answered(null))
    expect(tab.state()).toMatchObject({ status: 'signed-out', reason: 'ended' })
  })
})

describe('what tabs tell each other', () => {
  test('of an end and of a beginning once, and nothing in answer to the same news', () => {
    const ends = openTab(told(session()), shown, { type: 'restored' }, answered(null))
    expect(ends.told()).toEqual(['signed-in', 'ended'])
    ends.heard('ended')
    expect([ends.told().length, ends.asked()]).toEqual([2, 1])
  })

  test('a signed-out tab that hears of a sign-in asks, and does not spread it', () => {
    const tab = openTab(told(null), shown)
    expect(tab.heard('signed-in').ask).toBe(true)
    tab.on(answered(session()))
    expect(tab.state().status).toBe('signed-in')
    expect(tab.told()).toEqual(['ended'])
  })

  test('a renewal: who is looked at asks for the new end of the token, the others when they are', () => {
    expect(openTab(told(session()), shown).heard('renewed').ask).toBe(true)
    const hidden = openTab(told(session()), { type: 'hidden' })
    expect(hidden.heard('renewed').ask).toBe(false)
    expect(hidden.on(shown).ask).toBe(true)
  })

  test('that a renewal was not possible: nothing to do', () => {
    const tab = openTab(told(session()), shown)
    expect(tab.heard('unavailable')).toMatchObject({ ask: false, tab: { state: { status: 'signed-in' } } })
  })
})

test('what has not changed is the same object', () => {
  const tab = openTab(told(session()), shown)
  const before = tab.state()
  tab.on({ type: 'restored' })
  tab.on(answered(session()))
  expect(tab.state()).toBe(before)
})
