import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { dropAccessToken, expect, expectDashboard, signIn, THOROUGH, test } from '../support/browser.ts'
import { ADMIN, DEMO } from '../support/client.ts'

const FOR_VISITORS = [
  '/',
  '/login',
  '/register',
  '/forgot',
  '/reset?token=x',
  '/verify?token=x',
  '/confirm-email?token=x',
]
const FOR_ADMINS = ['/dashboard', '/sessions', '/admin', '/no-such-page']

/** In dark colours a page differs in its colours alone. */
async function expectNoViolations(page: Page): Promise<void> {
  const axe = new AxeBuilder({ page })
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
  const { violations } = await (isDark ? axe.withRules(['color-contrast']) : axe).analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  expect(found, page.url()).toEqual([])
}

test.describe('axe finds nothing', () => {
  test.use({ tolerated: /status of (401|403|404|503)/ })
  // Each page is searched for seconds; a slow machine is no finding.
  test.describe.configure({ timeout: 90_000 })

  for (const colorScheme of ['light', ...(process.env.EVERGATE_ALL ? ['dark' as const] : [])] as const) {
    test.describe(`in ${colorScheme} colours`, () => {
      test.use({ colorScheme })

      test('on the pages for visitors', async ({ page }) => {
        for (const path of FOR_VISITORS) {
          await page.goto(path)
          await expectNoViolations(page)
        }
      })

      test('on the pages behind the sign-in', async ({ page }) => {
        await signIn(page, ADMIN)
        for (const path of FOR_ADMINS) {
          await page.goto(path)
          await expectNoViolations(page)
        }
      })

      test('on a page that tells of the end of its session', THOROUGH, async ({ page, context }) => {
        await signIn(page)
        await context.clearCookies()
        await page.getByRole('button', { name: 'Who am I?' }).click()
        await expect(page.getByText('Your session has ended.')).toBeVisible()
        await expectNoViolations(page)
      })

      test('on forms that answer', THOROUGH, async ({ page }) => {
        await page.goto('/login')
        await page.getByLabel('E-mail').fill(DEMO.email)
        await page.getByLabel('Password').fill('not-the-password')
        await page.getByRole('button', { name: 'Sign in' }).click()
        await expect(page.getByRole('alert').filter({ hasText: 'do not belong together' })).toBeVisible()
        await expectNoViolations(page)
      })

      test('on the gateway’s own pages', async ({ page, context, stack }) => {
        await signIn(page)
        await page.goto('/admin')
        await expect(page.getByRole('heading', { name: 'No access' })).toBeVisible()
        await expectNoViolations(page)
        await dropAccessToken(context)
        stack.line.set((_request, response) => response.writeHead(503).end())
        // As after the last of its tries, or the page would load again under the eyes of axe.
        await page.evaluate(() => sessionStorage.setItem('evergate.tries', `8 ${Date.now()}`))
        await page.goto('/dashboard')
        await expect(page.getByRole('heading', { name: 'One moment' })).toBeVisible()
        await expectNoViolations(page)
      })
    })
  }
})

test.describe('by keyboard alone', () => {
  test('one signs in', async ({ page }) => {
    await page.goto('/login')
    await reach(page, 'E-mail')
    await page.keyboard.type(DEMO.email)
    await page.keyboard.press('Tab')
    await expect(page.getByLabel('Password')).toBeFocused()
    await page.keyboard.type(DEMO.password)
    await page.keyboard.press('Tab')
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expectDashboard(page)
  })

  test('one skips to the content', async ({ page }) => {
    await page.goto('/login')
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: 'Skip to content' })
    await expect(skip).toBeFocused()
    await expect(skip).toBeInViewport()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('main')).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(page.getByLabel('E-mail')).toBeFocused()
  })

  async function reach(page: Page, label: string): Promise<void> {
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab')
      const reached = await page.getByLabel(label).evaluate((element) => element === document.activeElement)
      if (reached) return
    }
    throw new Error(`${label} cannot be reached`)
  }
})
