import { expect, test } from 'vitest'
import { browserBytes } from './browser.mjs'
import { BROWSER_LIMIT } from './limits.mjs'

test('what runs in the browser stays within its 3 KB, with React’s part and without', async () => {
  const [react, client] = [await browserBytes('react'), await browserBytes('client')]
  expect(react).toBeLessThanOrEqual(BROWSER_LIMIT)
  expect(client).toBeLessThan(react)
  // Something has been weighed.
  expect(client).toBeGreaterThan(1000)
})
