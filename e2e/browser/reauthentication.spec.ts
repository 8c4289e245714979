import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import {
  expect,
  headerLink,
  LOOKS,
  signIn,
  THOROUGH,
  test,
  withAndWithoutJavaScript,
} from '../support/browser.ts'
import { DEMO } from '../support/client.ts'
import type { Stack } from '../support/stack.ts'

// Every sign-in is too old, so that nobody has to wait for that.
test.use({ env: { REAUTHENTICATE_AFTER: '0' } })

const otherDevice = (page: Page) => page.getByRole('listitem').filter({ hasText: 'Firefox on Windows' })
const password = (page: Page) => page.getByLabel('Your password')

/** The sign-in, as the browser's access token tells of it. */
async function signInOf(context: BrowserContext): Promise<{ sid: string; auth_time: number }> {
  const { value = '' } = (await context.cookies()).find(({ name }) => name === 'accessToken') ?? {}
  return JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString())
}

/** Signs in on two devices and opens the list of sessions on the first. */
async function onTwoDevices(page: Page, browser: Browser, stack: Stack) {
  const other = await browser.newContext({ baseURL: stack.app.url, userAgent: 'Firefox/140 (Windows)' })
  await signIn(await other.newPage())
  await other.close()
  await signIn(page)
  await headerLink(page, 'Sessions').click()
  await expect(otherDevice(page).first()).toBeVisible()
}

async function endEverything(page: Page) {
  await page.goto('/sessions')
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await password(page).fill(DEMO.password)
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page.getByText('You are signed out.')).toBeVisible()
}

withAndWithoutJavaScript(() => {
  test('ASVS 7.5.2: ending another session asks for the password, and takes the right one only', async ({
    page,
    browser,
    stack,
  }) => {
    await onTwoDevices(page, browser, stack)
    const before = await signInOf(page.context())
    await otherDevice(page).getByRole('button', { name: 'End session' }).click()
    await expect(page.getByText('This ends the session on Firefox on Windows.')).toBeVisible()
    await expect(password(page)).toBeFocused()

    await password(page).fill('not-the-password')
    await password(page).press('Enter')
    await expect(page.getByRole('alert').filter({ hasText: 'This is not your password.' })).toBeVisible()

    await password(page).fill(DEMO.password)
    await password(page).press('Enter')
    await expect(page.getByText('The session is ended.')).toBeVisible()
    await expect(otherDevice(page)).toHaveCount(0)
    await expect(page.getByText('This device')).toBeVisible()
    // The password was a sign-in, which counts from now on, everywhere.
    const after = await signInOf(page.context())
    expect(after.sid).not.toBe(before.sid)
    expect(after.auth_time).toBeGreaterThanOrEqual(before.auth_time)
    await endEverything(page)
  })

  test(
    'the question can be left without anything being ended',
    THOROUGH,
    async ({ page, browser, stack }) => {
      await onTwoDevices(page, browser, stack)
      await otherDevice(page).getByRole('button', { name: 'End session' }).click()
      await page.getByRole('link', { name: 'Cancel' }).click()
      await expect(otherDevice(page)).toBeVisible()
      await endEverything(page)
    },
  )
})

for (const { colorScheme, width } of LOOKS) {
  test(`the question has no accessibility violations and fits: ${colorScheme}, ${width} px`, async ({
    page,
    browser,
    stack,
  }, info) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 800 })
    await onTwoDevices(page, browser, stack)
    await otherDevice(page).getByRole('button', { name: 'End session' }).click()
    await page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await expect(password(page)).toHaveCount(2)
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations).toEqual([])
    const [inner, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth])
    expect(scroll).toBeLessThanOrEqual(inner ?? 0)
    await page.screenshot({ path: info.outputPath('question.png'), fullPage: true })
    await page.goto('/sessions')
    await endEverything(page)
  })
}
