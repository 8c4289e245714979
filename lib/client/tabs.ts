import type { Renewal } from './renewal.ts'
import type { News } from './step.ts'

/** The other tabs of this site, as far as the browser lets them know of each other. */
export type Tabs = {
  tell(news: News): void
  /** Marks a moment for `renewOnce`. */
  mark(): number
  /**
   * Renews, unless another tab does, or one has since `mark()`: then its outcome is this one's.
   *
   * @param renew tells how it went before it is done.
   */
  renewOnce(since: number, renew: () => Promise<Renewal>): Promise<Renewal>
  close(): void
}

/** For a tab that was closed over its renewal, and told nothing. */
const TIME_TO_TELL = 1000

/** @param name of the channel and the lock: one for each session of an origin. */
export function openTabs(name: string, heed: (news: News) => void): Tabs {
  const channel = globalThis.BroadcastChannel && new BroadcastChannel(name)
  const locks = navigator.locks as LockManager | undefined
  let renewals = 0
  let own: Promise<Renewal> | null = null
  let waiting: ((renewal: Renewal) => void)[] = []

  /** However a renewal came about: by a call of its own, or on the way of a request. */
  function note(news: News): void {
    if (news === 'signed-in') return
    if (news === 'renewed') renewals += 1
    for (const resolve of waiting) resolve(news)
    waiting = []
  }
  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<News>) => {
      note(data)
      heed(data)
    }
  }

  /** Another tab's outcome; undefined when it was closed over it. */
  const othersRenewal = (locks: LockManager) =>
    Promise.race([
      new Promise<Renewal>((resolve) => waiting.push(resolve)),
      locks
        .request(name, { mode: 'shared' }, () => {})
        .then(() => new Promise<void>((resolve) => setTimeout(resolve, TIME_TO_TELL))),
    ])

  async function acrossTabs(since: number, renew: () => Promise<Renewal>): Promise<Renewal> {
    while (renewals === since) {
      const done = locks
        ? await locks.request(name, { ifAvailable: true }, (lock) => lock && renew())
        : await renew()
      const renewal = done ?? (locks && (await othersRenewal(locks)))
      if (renewal) return renewal
    }
    return 'renewed'
  }

  return {
    tell(news) {
      note(news)
      channel?.postMessage(news)
    },
    mark: () => renewals,
    renewOnce(since, renew) {
      own ??= acrossTabs(since, renew).finally(() => {
        own = null
      })
      return own
    },
    close: () => channel?.close(),
  }
}
