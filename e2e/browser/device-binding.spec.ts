import type { BrowserContext, Page } from '@playwright/test'
import { expect, test } from '@playwright/test'
import { DEMO } from '../support/accounts.ts'
import { BASE_PATH, below } from '../support/base-path.ts'
import type { DeviceBrowsers } from '../support/device-browser.ts'
import { deviceBrowsers } from '../support/device-browser.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'
import type { TlsProxy } from '../support/tls-proxy.ts'
import { startTlsProxy } from '../support/tls-proxy.ts'

// One stack, and as few browsers as can be: each is a profile of its own.
test.describe.configure({ mode: 'serial' })

let stack: Stack
let tls: TlsProxy
let browsers: DeviceBrowsers
let victim: BrowserContext
let page: Page
/** The app's address over https. */
const site = () => tls.url + BASE_PATH

test.beforeAll(async () => {
  test.setTimeout(120_000)
  stack = await startStack({ TRUST_PROXY: '1', DEVICE_BINDING: 'prefer' })
  tls = await startTlsProxy(stack.app.url)
  browsers = await deviceBrowsers(tls.certificate)
  victim = await browsers.open()
  page = await signedIn(victim)
})
test.afterAll(async () => {
  await browsers.close()
  await tls.stop()
  await stack.stop()
})

/** Signs in by the form, which is a server action, and waits until the session is bound. */
async function signedIn(context: BrowserContext): Promise<Page> {
  const opened = context.pages()[0] ?? (await context.newPage())
  await opened.goto(`${site()}/login`)
  await opened.getByLabel('E-mail').fill(DEMO.email)
  await opened.getByLabel('Password').fill(DEMO.password)
  await opened.getByRole('button', { name: 'Sign in' }).click()
  await expect(opened).toHaveURL(`${site()}/dashboard`, { timeout: 20_000 })
  await expect.poll(() => cookieOf(context, '__Host-device'), { timeout: 20_000 }).toBe('1')
  return opened
}

const cookieOf = async (context: BrowserContext, name: string) =>
  (await context.cookies()).find((cookie) => cookie.name === name)?.value
const refreshCookie = (context: BrowserContext) => cookieOf(context, '__Host-refreshToken')

/** The end of the access token, without the wait: its cookies and the timer leave the jar then. */
async function endAccess(context: BrowserContext): Promise<void> {
  for (const name of ['__Host-accessToken', '__Host-userDataEtls', '__Host-device'])
    await context.clearCookies({ name })
}

const eventsOf = (type: string) => stack.app.output().split(`"type":"${type}"`).length - 1
const renewals = () => stack.line.calls('/refreshtoken').length

test('a session that began with a server action is bound; its sealed cookie is nothing to the backend', async () => {
  expect(await refreshCookie(victim)).toMatch(/^b1\./)
  expect(eventsOf('device.bound')).toBe(1)
  const cookie = `refreshToken=${await refreshCookie(victim)}`
  const answer = await fetch(`${stack.auth.url}/refreshtoken`, { method: 'POST', headers: { cookie } })
  expect(answer.status).toBe(403)
})

test('a copied jar is worth nothing when the access token has ended, and the victim goes on', async () => {
  const thief = await browsers.open()
  await thief.addCookies(await victim.cookies())
  const stolen = thief.pages()[0] ?? (await thief.newPage())
  await stolen.goto(`${site()}/dashboard`)
  await expect(stolen).toHaveURL(`${site()}/dashboard`)
  await Promise.all([endAccess(thief), endAccess(victim)])
  const before = await refreshCookie(victim)
  await stolen.goto(`${site()}/dashboard`)
  // One bounce, and no loop.
  await expect(stolen).toHaveURL(`${site()}/login?returnTo=%2Fdashboard&reason=device_key_missing`)
  expect(await refreshCookie(thief)).toBeUndefined()
  expect(eventsOf('device.lost')).toBe(1)
  await thief.close()

  stack.line.forget()
  const response = await page.goto(`${site()}/dashboard`)
  expect(response?.headers()['x-session']).toBe('active')
  expect(renewals()).toBe(1)
  expect(await refreshCookie(victim)).not.toBe(before)
  expect(await refreshCookie(victim)).toMatch(/^b1\./)
})

test('a form that is posted after the end, and fetches at its side, wait for one renewal and are not lost', async () => {
  await endAccess(victim)
  stack.line.forget()
  const statuses = page.evaluate(
    (path) => Promise.all([1, 2, 3, 4].map(async () => (await fetch(path)).status)),
    below('/api/session'),
  )
  await page.getByRole('textbox', { name: 'Note' }).fill('bound')
  await page.getByRole('button', { name: 'Leave the note' }).click()
  expect(await statuses).toEqual([200, 200, 200, 200])
  await expect(page.getByText('bound').first()).toBeVisible()
  expect(renewals()).toBe(1)
})

test('a link of another site lands on its page', async () => {
  await page.goto(`${stack.auth.url}/livez`)
  await endAccess(victim)
  const target = `${site()}/sessions`
  await page.evaluate((address) => location.assign(address), target)
  await expect(page).toHaveURL(target)
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Sign in')
  expect(await cookieOf(victim, '__Host-accessToken')).toBeTruthy()
})

test('an outage is 503 with all cookies kept, and it goes on when the backend is back', async () => {
  await endAccess(victim)
  stack.line.set('cut')
  const response = await page.goto(`${site()}/dashboard`)
  expect(response?.status()).toBe(503)
  expect(await refreshCookie(victim)).toMatch(/^b1\./)
  stack.line.set('connected')
  await expect(async () => {
    await page.goto(`${site()}/dashboard`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Hello, /, { timeout: 500 })
  }).toPass({ timeout: 15_000 })
})

test('signing out clears all of it, and nothing comes back', async () => {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expect(page).toHaveURL(`${site()}/login?signedOut=1`)
  const names = (await victim.cookies()).map(({ name }) => name).sort()
  expect(names.filter((name) => !['__Host-knownDevice', '__Host-signedOut'].includes(name))).toEqual([])
  await page.goto(`${site()}/dashboard`)
  await expect(page).toHaveURL(/\/login\?/)
})
