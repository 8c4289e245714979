import type { Page } from '@playwright/test'
import { expect, leaveNote, noteField, signIn, THOROUGH, test } from '../support/browser.ts'
import { ADMIN } from '../support/client.ts'
import { layoutShifts } from '../support/layout.ts'

async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const [content, room] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return [scrollWidth, clientWidth]
  })
  expect(content, page.url()).toBeLessThanOrEqual(room)
}

test.describe('at a width of 360 px', () => {
  test.use({ viewport: { width: 360, height: 720 }, tolerated: /status of 404/ })

  test('no page scrolls sideways', THOROUGH, async ({ page }) => {
    const links = ['/forgot', '/reset?token=x', '/verify?token=x', '/confirm-email?token=x']
    for (const path of [
      '/',
      '/login?returnTo=%2Fsessions%3Fpage%3D2%26sort%3Dlast-seen',
      '/register',
      ...links,
    ]) {
      await page.goto(path)
      await expectNoSidewaysScrolling(page)
    }
    await signIn(page, ADMIN)
    for (const path of ['/', '/sessions', '/admin', '/no-such-page', '/dashboard']) {
      await page.goto(path)
      await expectNoSidewaysScrolling(page)
    }
    await page.getByRole('button', { name: 'Who am I?' }).click()
    await expect(page.getByText('"email": "admin@example.com"')).toBeVisible()
    await expectNoSidewaysScrolling(page)
  })
})

for (const width of [360, 1280]) {
  test.describe(`at a width of ${width} px`, () => {
    test.use({ viewport: { width, height: 900 } })

    test('nothing moves when the answers of the dashboard arrive', THOROUGH, async ({ page }) => {
      await signIn(page)
      await page.reload()
      await noteField(page).fill('a note')
      await leaveNote(page)
      await expect(page.getByText('Note 1 received')).toBeVisible()
      await page.getByRole('button', { name: 'Who am I?' }).click()
      await expect(page.getByText('"email": "demo@example.com"')).toBeVisible()
      expect(await layoutShifts(page)).toEqual([])
    })

    test('nothing moves when a form is refused', THOROUGH, async ({ page }) => {
      await page.goto('/login')
      await page.getByLabel('E-mail').fill('demo@example.com')
      await page.getByLabel('Password').fill('not-the-password')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page.getByRole('alert').filter({ hasText: 'do not belong together' })).toBeVisible()
      expect(await layoutShifts(page)).toEqual([])
    })
  })
}
