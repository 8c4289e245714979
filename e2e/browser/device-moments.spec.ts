import type { Page } from '@playwright/test'
import { expect, test } from '@playwright/test'
import type { BoundSite } from '../support/bound-site.ts'
import { cookieOf, endAccess, refreshCookie, startBoundSite } from '../support/bound-site.ts'
import { THOROUGH } from '../support/browser.ts'

// A browser of its own for each test: Chromium signs six times in nine minutes for each session.
let site: BoundSite
test.beforeAll(async () => {
  test.setTimeout(120_000)
  site = await startBoundSite({ LOG_LEVEL: 'debug' })
})
test.afterAll(() => site.stop())

const dashboard = () => `${site.url}/dashboard`

/** The documents that a page asks for from now on, by the last part of their paths. */
function loadsOf(page: Page): string[] {
  const loads: string[] = []
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads.push(new URL(request.url()).pathname.split('/').at(-1) ?? '')
  })
  return loads
}

test(
  'without JavaScript a session is bound, renewed before a form is posted, and signed out',
  THOROUGH,
  async () => {
    const context = await site.browsers.open({ javaScriptEnabled: false })
    const page = await site.signIn(context, '__Host-device-key')
    await page.goto(dashboard())
    expect(await refreshCookie(context)).toMatch(/^b1\./)
    await endAccess(context)
    site.stack.line.forget()
    await page.getByRole('textbox', { name: 'Note' }).fill('no script at all')
    await page.getByRole('button', { name: 'Leave the note' }).click()
    await expect(page.getByText('Note 1 received, 16 characters.')).toBeVisible()
    expect(site.renewals()).toBe(1)

    // By a link of another site.
    await page.goto(`${site.stack.auth.url}/livez`)
    await endAccess(context)
    await page.setContent(`<a href="${site.url}/sessions">Sessions</a>`)
    await page.getByRole('link').click()
    await expect(page.getByText('This device')).toBeVisible()
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await expect(page).toHaveURL(`${site.url}/login?signedOut=1`)
    expect(await refreshCookie(context)).toBeUndefined()
    await context.close()
  },
)

test('prefetches, images and beacons that come at the end wait for one renewal', THOROUGH, async () => {
  const context = await site.browsers.open()
  const page = await site.signIn(context)
  await page.goto(dashboard(), { waitUntil: 'networkidle' })
  await endAccess(context)
  site.stack.line.forget()
  const outcomes: (string | undefined)[] = []
  page.on('response', (response) => {
    if (response.url().includes('probe=')) outcomes.push(response.headers()['x-session'])
  })
  await page.evaluate((path) => {
    const link = Object.assign(document.createElement('link'), { rel: 'prefetch', href: `${path}?probe=1` })
    document.head.append(link)
    new Image().src = `${path}?probe=2`
    navigator.sendBeacon(`${path}?probe=3`)
    for (const each of [4, 5]) void fetch(`${path}?probe=${each}`)
  }, dashboard())
  await expect.poll(() => outcomes.length).toBe(5)
  expect(new Set(outcomes)).toEqual(new Set(['active']))
  expect(site.renewals()).toBe(1)
  await context.close()
})

test(
  'after a restart of the browser the session goes on, with the key that it has kept',
  THOROUGH,
  async () => {
    const before = await site.browsers.open({ profile: 'restarted' })
    await site.signIn(before)
    const sealed = await refreshCookie(before)
    await before.close()

    const after = await site.browsers.open({ profile: 'restarted' })
    await endAccess(after)
    site.stack.line.forget()
    const page = await after.newPage()
    const response = await page.goto(dashboard())
    expect([response?.status(), response?.headers()['x-session']]).toEqual([200, 'active'])
    expect(site.renewals()).toBe(1)
    expect(await refreshCookie(after)).not.toBe(sealed)
    await after.close()
  },
)

test(
  'a device that has lost its key is sent back once, and then to sign in, where a new key is made',
  THOROUGH,
  async () => {
    const before = await site.browsers.open({ profile: 'lost' })
    await site.signIn(before)
    await before.close()
    await site.browsers.loseKeys('lost')

    const after = await site.browsers.open({ profile: 'lost' })
    await endAccess(after)
    const page = await after.newPage()
    const loads = loadsOf(page)
    await page.goto(dashboard())
    await expect(page).toHaveURL(`${site.url}/login?returnTo=%2Fdashboard&reason=device_key_missing`)
    expect(loads).toEqual(['dashboard', 'dashboard', 'login'])
    await site.signIn(after)
    expect(await refreshCookie(after)).toMatch(/^b1\./)
    await after.close()
  },
)

test('signing out during a renewal in the background: the person stays signed out', THOROUGH, async () => {
  const context = await site.browsers.open()
  const page = await site.signIn(context)
  await page.goto(dashboard(), { waitUntil: 'networkidle' })
  // Below two minutes of its life the browser renews beside what it sends.
  const timer = (await context.cookies()).filter(({ name }) => name === '__Host-device')
  await context.addCookies(timer.map((cookie) => ({ ...cookie, expires: Date.now() / 1000 + 60 })))
  const renewed = site.count('session.renewed')
  const held = site.stack.line.hold('/refreshtoken')
  await page.evaluate((path) => fetch(path), `${site.url}/api/session`)
  await held.answered
  await page.getByRole('button', { name: 'Sign out', exact: true }).click({ noWaitAfter: true })
  await expect.poll(() => refreshCookie(context)).toBeUndefined()
  // The page behind the sign-out waits for this answer, which brings the cookies back.
  held.letGo()
  await expect(page).toHaveURL(`${site.url}/login?signedOut=1`)
  expect(site.events('session.renewed')).toHaveLength(renewed + 1)
  await page.goto(dashboard())
  await expect(page).toHaveURL(/\/login\?returnTo=%2Fdashboard/)
  expect(await cookieOf(context, '__Host-accessToken')).toBeUndefined()
  expect(await refreshCookie(context)).toBeUndefined()
  await context.close()
})
