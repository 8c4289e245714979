import type { BrowserContext, Page, Response } from '@playwright/test'
import { expect, test } from '@playwright/test'
import { DEMO } from '../support/accounts.ts'
import { below } from '../support/base-path.ts'
import type { BoundSite } from '../support/bound-site.ts'
import { cookieOf, endAccess, refreshCookie, startBoundSite } from '../support/bound-site.ts'

// One stack, and as few browsers as can be: each is a profile of its own.
test.describe.configure({ mode: 'serial' })

let site: BoundSite
let victim: BrowserContext
let other: BrowserContext
let page: Page

test.beforeAll(async () => {
  test.setTimeout(120_000)
  site = await startBoundSite()
  victim = await site.browsers.open()
  page = await site.signIn(victim)
})
test.afterAll(() => site.stop())

test('a session that began with a server action is bound; its sealed cookie is nothing to the backend', async () => {
  expect(await refreshCookie(victim)).toMatch(/^b1\./)
  expect(site.count('device.bound')).toBe(1)
  const cookie = `refreshToken=${await refreshCookie(victim)}`
  const answer = await fetch(`${site.stack.auth.url}/refreshtoken`, { method: 'POST', headers: { cookie } })
  expect(answer.status).toBe(403)
})

test('the dashboard and the list of sessions say that it is bound', async () => {
  await expect(page.getByTestId('device')).toContainText('Bound to this device')
  await page.goto(`${site.url}/sessions`)
  await expect(page.getByRole('listitem').filter({ hasText: 'This device' })).toContainText(
    'Bound to its device',
  )
  await page.goto(`${site.url}/dashboard`)
})

test('sessionFetch repeats once what came before the browser has renewed, and the page stays signed in', async () => {
  // A browser of its own: Chromium signs six times in nine minutes for each session.
  other = await site.browsers.open()
  const own = await site.signIn(other)
  await own.goto(`${site.url}/dashboard`, { waitUntil: 'networkidle' })
  // The timer runs on, as where the key of the access token is no longer published.
  for (const name of ['__Host-accessToken', '__Host-userDataEtls']) await other.clearCookies({ name })
  site.stack.line.forget()
  const answers: number[] = []
  const listen = (response: Response) => {
    if (response.url().endsWith('/api/backend/me')) answers.push(response.status())
  }
  own.on('response', listen)
  await own.getByRole('button', { name: 'Who am I?' }).click()
  await expect(own.getByRole('region', { name: 'Ask the backend' })).toContainText('200 in')
  own.off('response', listen)
  expect(answers).toEqual([401, 200])
  expect(site.renewals()).toBe(1)
  await expect(own).toHaveURL(`${site.url}/dashboard`)
})

test('the inspector shows proofs as they happen, and the end of a thief with a copy of the cookies', async () => {
  const own = other.pages()[0] ?? (await other.newPage())
  await own.goto(`${site.url}/inspector`)
  const decisions = own.getByRole('list', { name: 'Decisions, newest first' })
  const answer = own.getByTestId('answer')
  await expect(own.getByTestId('connection')).toHaveText('Live')
  await expect(decisions).toContainText('device bound')
  await own.getByRole('button', { name: 'Let the token expire' }).click()
  await expect(answer).toHaveText(/^200 active in \d+ ms, 200 active in \d+ ms, 200 active in \d+ ms$/)
  await expect(decisions).toContainText('by a proof of this device’s key')

  const [lost, before] = [site.count('device.lost'), await refreshCookie(other)]
  await own.getByRole('button', { name: 'Copy my cookies elsewhere' }).click()
  await expect(answer).toHaveText(
    /^The copy, at once: 200 active\. When the access token has ended: 200 degraded, asked to renew with the key of this device\. It has none: 303 ended, device_key_missing\. Yours: 200 active in \d+ ms\.$/,
  )
  await expect(decisions).toContainText('a copy has lost')
  await expect(decisions).toContainText('device_key_missing')
  // Its own session goes on, and so does what follows it.
  await expect(own.getByTestId('connection')).toHaveText('Live')
  expect(site.count('device.lost')).toBe(lost + 1)
  expect(await refreshCookie(other)).toBe(before)
  await other.close()
})

test('a browser without device keys is told so, and goes on as ever', async ({ browser }) => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const plain = await context.newPage()
  await plain.goto(`${site.url}/login`)
  await plain.getByLabel('E-mail').fill(DEMO.email)
  await plain.getByLabel('Password').fill(DEMO.password)
  await plain.getByRole('button', { name: 'Sign in' }).click()
  await expect(plain.getByTestId('device')).toContainText('Not bound to a device')
  await expect(plain.getByTestId('device')).toContainText('Nothing else changes')
  await plain.goto(`${site.url}/sessions`)
  await expect(plain.getByRole('listitem').filter({ hasText: 'This device' })).not.toContainText('Bound')

  await plain.goto(`${site.url}/inspector`)
  const answer = plain.getByTestId('answer')
  await plain.getByRole('button', { name: 'Copy my cookies elsewhere' }).click()
  await expect(answer).toHaveText(
    /^The copy, at once: 200 active\. When the access token has ended: 200 renewed, so it is in for good\. .*; this browser has made none\. Yours: 200 active/,
  )
  // The copy's new tokens were handed to their owner.
  for (const _time of [1, 2]) {
    await plain.getByRole('button', { name: 'Renew now' }).click()
    await expect(answer).toHaveText(/^200 renewed/)
  }
  await context.close()
})

test('a copied jar is worth nothing when the access token has ended, and the victim goes on', async () => {
  const thief = await site.browsers.open()
  const lost = site.count('device.lost')
  await thief.addCookies(await victim.cookies())
  const stolen = thief.pages()[0] ?? (await thief.newPage())
  await stolen.goto(`${site.url}/dashboard`)
  await expect(stolen).toHaveURL(`${site.url}/dashboard`)
  await Promise.all([endAccess(thief), endAccess(victim)])
  const before = await refreshCookie(victim)
  await stolen.goto(`${site.url}/dashboard`)
  // One bounce, and no loop.
  await expect(stolen).toHaveURL(`${site.url}/login?returnTo=%2Fdashboard&reason=device_key_missing`)
  await expect(stolen.getByText('This browser could not show that it is the one')).toBeVisible()
  expect(await refreshCookie(thief)).toBeUndefined()
  expect(site.count('device.lost')).toBe(lost + 1)
  await thief.close()

  site.stack.line.forget()
  const response = await page.goto(`${site.url}/dashboard`)
  expect(response?.headers()['x-session']).toBe('active')
  expect(site.renewals()).toBe(1)
  expect(await refreshCookie(victim)).not.toBe(before)
  expect(await refreshCookie(victim)).toMatch(/^b1\./)
})

test('a form that is posted after the end, and fetches at its side, wait for one renewal and are not lost', async () => {
  await endAccess(victim)
  site.stack.line.forget()
  const statuses = page.evaluate(
    (path) => Promise.all([1, 2, 3, 4].map(async () => (await fetch(path)).status)),
    below('/api/session'),
  )
  await page.getByRole('textbox', { name: 'Note' }).fill('bound')
  await page.getByRole('button', { name: 'Leave the note' }).click()
  expect(await statuses).toEqual([200, 200, 200, 200])
  await expect(page.getByText('bound').first()).toBeVisible()
  expect(site.renewals()).toBe(1)
})

test('a link of another site lands on its page', async () => {
  await page.goto(`${site.stack.auth.url}/livez`)
  await endAccess(victim)
  const target = `${site.url}/sessions`
  await page.evaluate((address) => location.assign(address), target)
  await expect(page).toHaveURL(target)
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Sign in')
  expect(await cookieOf(victim, '__Host-accessToken')).toBeTruthy()
})

test('an outage is 503 with all cookies kept, and it goes on when the backend is back', async () => {
  // First: what the page fetches ahead may renew as well.
  site.stack.line.set('cut')
  await endAccess(victim)
  const response = await page.goto(`${site.url}/dashboard`)
  expect(response?.status()).toBe(503)
  expect(await refreshCookie(victim)).toMatch(/^b1\./)
  site.stack.line.set('connected')
  await expect(async () => {
    await page.goto(`${site.url}/dashboard`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Hello, /, { timeout: 500 })
  }).toPass({ timeout: 15_000 })
})

test('signing out clears all of it, ends the session at the backend, too, and nothing comes back', async () => {
  const sid = await page.getByRole('region', { name: 'You' }).locator('code').textContent()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expect(page).toHaveURL(`${site.url}/login?signedOut=1`)
  const names = (await victim.cookies()).map(({ name }) => name).sort()
  expect(names.filter((name) => !['__Host-knownDevice', '__Host-signedOut'].includes(name))).toEqual([])
  const ended = site.stack.auth
    .output()
    .split('\n')
    .find((line) => line.includes('"event":"signed-out"'))
  expect(ended).toContain(`"sid":"${sid}"`)
  await page.goto(`${site.url}/dashboard`)
  await expect(page).toHaveURL(/\/login\?/)
})
