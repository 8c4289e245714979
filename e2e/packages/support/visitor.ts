import type { Browser, BrowserContext, Page } from 'playwright'
import { chromium } from 'playwright'
import { findBrowser } from '../../support/browser.mjs'
import type { Place } from './app.ts'
import type { Person } from './visit.ts'

let browser: Promise<Browser> | undefined

/** A browser's window of its own; of somebody who has signed in and sees the dashboard, if a person is given. */
export async function newVisitor(
  { app }: Place,
  person?: Person,
): Promise<{ page: Page; context: BrowserContext }> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const file = findBrowser()?.file
  browser ??= chromium.launch({ args, ...(file !== undefined && { executablePath: file }) })
  const context = await (await browser).newContext({ baseURL: app.url })
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  if (person) {
    await page.goto('/login')
    await page.getByLabel('E-mail').fill(person.email)
    await page.getByLabel('Password').fill(person.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('/dashboard')
  }
  return { page, context }
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
  browser = undefined
}
