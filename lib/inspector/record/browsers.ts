/** Which session each browser has that looks at the inspector. */
export type Browsers = {
  hold(browser: string, sid: string): void
  sessionOf(browser: string | null): string | null
}

/** So many at most; the one seen longest ago is forgotten. */
const MOST = 500

export function createBrowsers(): Browsers {
  const sids = new Map<string, string>()
  return {
    hold(browser, sid) {
      sids.delete(browser)
      sids.set(browser, sid)
      const [oldest] = sids.keys()
      if (sids.size > MOST && oldest !== undefined) sids.delete(oldest)
    },
    sessionOf: (browser) => (browser === null ? null : (sids.get(browser) ?? null)),
  }
}
