import { afterEach, expect, test } from 'vitest'
import type { Renewal } from './renewal.ts'
import type { News } from './step.ts'
import type { Tabs } from './tabs.ts'
import { openTabs } from './tabs.ts'

// Node has the browser's locks and channels; each tab here is one connection to them.
const open: Tabs[] = []
afterEach(() => {
  for (const tab of open.splice(0)) tab.close()
})
function openTab(name: string, heed: (news: News) => void = () => {}): Tabs {
  const tab = openTabs(name, heed)
  open.push(tab)
  return tab
}
const tabsOf = (name: string, count: number) => Array.from({ length: count }, () => openTab(name))

/** A renewal that goes on until it is let go, and tells how it went. */
function heldRenewal() {
  let calls = 0
  let letGo: (outcome: Renewal) => void = () => {}
  const promise = new Promise<Renewal>((resolve) => {
    letGo = resolve
  })
  return {
    calls: () => calls,
    letGo: (outcome: Renewal) => letGo(outcome),
    by: (tab: Tabs) => async () => {
      calls += 1
      const renewal = await promise
      tab.tell(renewal)
      return renewal
    },
  }
}

const pendingLocks = async () => (await navigator.locks.query()).pending?.length ?? 0

test.each<Renewal>(['renewed', 'ended', 'unavailable'])(
  'five tabs at once make one renewal, and all learn that it is %s',
  async (outcome) => {
    const tabs = tabsOf(`five ${outcome}`, 5)
    const renewal = heldRenewal()
    const outcomes = tabs.flatMap((tab) => [0, 0].map((since) => tab.renewOnce(since, renewal.by(tab))))
    await expect.poll(pendingLocks).toBe(4)
    renewal.letGo(outcome)
    expect(await Promise.all(outcomes)).toEqual(Array(10).fill(outcome))
    expect(renewal.calls()).toBe(1)
  },
)

test('a tab whose request was sent before another one renewed goes on with that', async () => {
  const news: News[] = []
  const [one, two] = [openTab('late'), openTab('late', (heard) => news.push(heard))]
  const since = two.mark()
  one.tell('renewed')
  await expect.poll(() => news).toEqual(['renewed'])
  expect(await two.renewOnce(since, () => Promise.reject(new Error('not needed')))).toBe('renewed')
  // One that was sent after it has seen the new token refused.
  let calls = 0
  await two.renewOnce(two.mark(), async () => {
    calls += 1
    return 'renewed'
  })
  expect(calls).toBe(1)
})

test('a tab that is closed over its renewal leaves it to the next', async () => {
  const [one, two] = [openTab('closed'), openTab('closed')]
  let abandon: (outcome: Renewal) => void = () => {}
  const abandoned = new Promise<Renewal>((resolve) => {
    abandon = resolve
  })
  const first = one.renewOnce(0, () => abandoned)
  let calls = 0
  const second = two.renewOnce(0, async () => {
    calls += 1
    return 'renewed'
  })
  await expect.poll(pendingLocks).toBe(1)
  one.close()
  abandon('unavailable')
  expect([await first, await second, calls]).toEqual(['unavailable', 'renewed', 1])
})
