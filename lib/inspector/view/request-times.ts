/** Where the time of one request went, in milliseconds. */
export type RequestTime = {
  readonly id: string
  /** Without the base path. */
  readonly path: string
  /** The gateway's `x-session`. */
  readonly outcome: string
  /** In the gateway. */
  readonly gateway: number
  /** Between the request and its first byte, without the gateway: the app and the way. */
  readonly app: number
  /** From the first byte to the last. */
  readonly transfer: number
  readonly total: number
}

/** The browser's measurements that are used here. */
export type Measured = Pick<
  PerformanceResourceTiming,
  'name' | 'startTime' | 'requestStart' | 'responseStart' | 'responseEnd'
> & {
  readonly serverTiming: readonly {
    readonly name: string
    readonly duration: number
    readonly description: string
  }[]
}

/** Requests that the router makes for other pages, and for the page's icon: no person asked for them here. */
const isByTheWay = (url: string) => /[?&]_rsc=|\/(icon\.svg|favicon\.ico)(\?|$)/.test(url)

/** The last `most` requests that went through the gateway, newest first. */
export function requestTimes(
  entries: readonly Measured[],
  most: number,
  basePath = '',
): readonly RequestTime[] {
  return entries
    .flatMap((entry) => {
      const session = entry.serverTiming.find(({ name }) => name === 'session')
      if (!session || entry.responseEnd === 0 || isByTheWay(entry.name)) return []
      const wait = Math.max(0, entry.responseStart - entry.requestStart)
      const gateway = Math.min(session.duration, wait)
      const transfer = Math.max(0, entry.responseEnd - entry.responseStart)
      const { pathname } = new URL(entry.name)
      return [
        {
          id: `${entry.startTime} ${entry.name}`,
          path: pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : pathname,
          outcome: session.description,
          gateway,
          app: wait - gateway,
          transfer,
          total: wait + transfer,
        },
      ]
    })
    .slice(-most)
    .reverse()
}
