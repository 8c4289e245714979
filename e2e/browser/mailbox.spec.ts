import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { test as base, expect, expectDashboard, newEmail, THOROUGH } from '../support/browser.ts'
import { ITSELF } from '../support/stack.ts'

const test = base.extend<object, { folder: string }>({
  folder: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameters of a fixture
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'evergate-mail-'))
      await use(folder)
      await rm(folder, { recursive: true })
    },
    { scope: 'worker' },
  ],
  env: [
    ({ folder }, use) => use({ EVERGATE_DEMO: '1', MAIL_DIR: folder, APP_URL: ITSELF }),
    { scope: 'worker' },
  ],
})

async function register(page: Page): Promise<string> {
  const email = newEmail()
  await page.goto('/register')
  await page.getByLabel('Name').fill('Somebody')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('a sentence is fine')
  await page.getByRole('button', { name: 'Register' }).click()
  await expectDashboard(page)
  return email
}

test(
  'the inspector shows the mails to one’s own address, the newest first, with their links, and nobody else’s',
  THOROUGH,
  async ({ page, browser, stack }) => {
    const other = await browser.newContext({ baseURL: stack.app.url })
    await register(await other.newPage())
    await other.close()
    const email = await register(page)
    await fetch(`${stack.auth.url}/password/forgot`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: email.toUpperCase() }),
    })
    const mails = page
      .getByRole('list', { name: 'Mails to you, newest first' })
      .locator(':scope > li')
      .filter({ visible: true })
    await expect(async () => {
      await page.goto('/inspector')
      await expect(mails).toHaveCount(2, { timeout: 500 })
    }).toPass()
    await expect(mails.first()).toContainText('A new password')
    await mails.last().locator('summary').click()
    await mails.last().getByRole('link').click()
    await page.getByRole('button', { name: 'This is my address' }).click()
    await expect(page.getByText('Your address is confirmed.')).toBeVisible()
  },
)
