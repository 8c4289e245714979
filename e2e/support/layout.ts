import type { Page } from '@playwright/test'

type Shift = { readonly value: number; readonly sources: readonly { readonly node: Node | null }[] }

/** Elements that moved since the page was loaded, without scrolling: Chromium's layout shifts, those after a click included. */
export function layoutShifts(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        new PerformanceObserver((list, observer) => {
          observer.disconnect()
          const shifts = list.getEntriesByType('layout-shift') as unknown as Shift[]
          resolve(shifts.map(({ value, sources }) => `${value}: ${sources[0]?.node?.textContent}`))
        }).observe({ type: 'layout-shift', buffered: true })
        // An observer that has nothing to tell stays silent; it would have told within two frames.
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve([]))))
      }),
  )
}
