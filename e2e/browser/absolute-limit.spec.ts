import { below } from '../support/base-path.ts'
import { expect, REFUSED_FETCH, signIn, THOROUGH, test } from '../support/browser.ts'
import type { PlainPage } from '../support/plain-page.ts'
import { openPlainPage } from '../support/plain-page.ts'

declare const plain: PlainPage

// Long enough for a slow machine to sign in, and to see the warning, before it.
const MAX_AGE = 20
const WARN_BEFORE = 15
test.use({ env: { SESSION_MAX_AGE: String(MAX_AGE) }, tolerated: REFUSED_FETCH })
test.describe.configure({ timeout: 60_000 })

test(
  'the app is told when the session ends for good, warns before it, and says so after it',
  THOROUGH,
  async ({ page }) => {
    const before = Date.now() / 1000
    await signIn(page)
    const { endsAt, expiresAt } = await page.evaluate(
      async (url) => (await fetch(url)).json(),
      below('/api/session'),
    )
    const after = Date.now() / 1000
    expect(endsAt).toBeGreaterThanOrEqual(Math.floor(before + MAX_AGE) - 1)
    expect(endsAt).toBeLessThanOrEqual(after + MAX_AGE)
    expect(expiresAt).toBeLessThanOrEqual(endsAt)
    await expect(page.getByText('Your session ends for good at')).toBeVisible()
    await expect(page.getByText('Your session has reached its limit.')).toBeVisible({ timeout: 30_000 })
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await expect(page).toHaveURL(/\/login\?returnTo=%2Fdashboard(&reason=expired)?$/)
  },
)

test(
  'a page without a framework is warned once, in the time it asked for, and told of the end once',
  THOROUGH,
  async ({ page, context }) => {
    await signIn(page)
    await openPlainPage(page, { warnBefore: WARN_BEFORE })
    await expect.poll(() => page.evaluate(() => plain.warnings.length), { timeout: 15_000 }).toBe(1)
    // A lost connection and its return are no second warning.
    await context.setOffline(true)
    await expect(page.locator('output')).toHaveText('unreachable as demo@example.com')
    await context.setOffline(false)
    await expect(page.locator('output')).toHaveText('signed-out', { timeout: 30_000 })
    const { warnings, ends } = await page.evaluate(() => ({ warnings: plain.warnings, ends: plain.ends }))
    expect(ends).toEqual(['limit'])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toBeGreaterThan(0)
    expect(warnings[0]).toBeLessThanOrEqual(WARN_BEFORE)
  },
)
