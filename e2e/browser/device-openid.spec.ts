import type { BrowserContext } from '@playwright/test'
import { expect, test } from '@playwright/test'
import { bindDevices } from 'evergate/device'
import { createApp, listen } from '../oauth2/app.ts'
import { CLIENT_SECRET, newKey, startProvider } from '../oauth2/provider.ts'
import { cookieOf, endAccess, refreshCookie } from '../support/bound-site.ts'
import { THOROUGH } from '../support/browser.ts'
import type { DeviceBrowsers } from '../support/device-browser.ts'
import { deviceBrowsers } from '../support/device-browser.ts'
import { startTlsProxy } from '../support/tls-proxy.ts'

/** An app over TLS behind an OpenID provider, which is another site: it has another host. */
async function openIdSite() {
  const place = await listen()
  const tls = await startTlsProxy(place.url)
  const provider = await startProvider(tls.url, await newKey('client-key'))
  const app = createApp(
    tls.url,
    {
      issuer: provider.issuer,
      clientId: 'basic',
      clientAuthentication: { method: 'client_secret_basic', secret: CLIENT_SECRET },
    },
    {
      ...{ deviceBinding: bindDevices(), cookieSecure: 'auto', trustProxy: true },
      rules: [
        { path: '/', require: 'public' },
        { path: '/login', require: 'public' },
        { path: '/auth/:path*', require: 'public' },
        { path: '/billing', require: { device: 'bound' } },
      ],
    },
  )
  place.server.on('request', app.serve)
  return {
    ...{ tls, app },
    async stop() {
      provider.close()
      await tls.stop()
      place.server.closeAllConnections()
      place.server.close()
    },
  }
}

async function signIn(context: BrowserContext, app: string, returnTo = '/dashboard') {
  // The provider's pages want a font of the internet.
  await context.route(/^https?:(?!\/\/(localhost|127\.0\.0\.1))/, (route) => route.abort())
  const page = context.pages()[0] ?? (await context.newPage())
  await page.goto(`${app}/auth/signin?returnTo=${returnTo}`)
  await page.locator('[name=login]').fill('ann')
  await page.locator('[name=password]').fill('x')
  await page.locator('[type=submit]').click()
  await page.locator('[type=submit]').click()
  await expect(page).toHaveURL(app + returnTo)
  return page
}

let site: Awaited<ReturnType<typeof openIdSite>>
let browsers: DeviceBrowsers
test.beforeAll(async () => {
  site = await openIdSite()
  browsers = await deviceBrowsers(site.tls.certificate)
})
test.afterAll(async () => {
  await browsers.close()
  await site.stop()
})

test(
  'after a sign-in at an OpenID provider, another site, the session is bound with the next request',
  THOROUGH,
  async () => {
    const context = await browsers.open()
    const page = await signIn(context, site.tls.url)
    // The page that the provider led to would register without its cookies: it was not asked.
    expect(await cookieOf(context, '__Host-device-key')).toBeUndefined()
    expect(await refreshCookie(context)).not.toMatch(/^b1\./)
    expect(await page.evaluate(async () => (await fetch('/orders')).status)).toBe(200)
    await expect.poll(() => cookieOf(context, '__Host-device-key')).toBeTruthy()
    await page.goto(`${site.tls.url}/orders`)
    expect(await refreshCookie(context)).toMatch(/^b1\./)
    expect(site.app.events).toContainEqual(expect.objectContaining({ type: 'device.bound' }))

    await endAccess(context)
    const before = site.app.refreshes()
    expect((await page.goto(`${site.tls.url}/dashboard`))?.headers()['x-session']).toBe('active')
    expect(site.app.refreshes()).toBe(before + 1)
  },
)

test('a sign-in there for a page that asks for a bound session comes to that page', THOROUGH, async () => {
  const context = await browsers.open()
  const page = await signIn(context, site.tls.url, '/billing')
  await expect(page.getByText('"sid"')).toBeVisible()
  await expect(page).toHaveURL(`${site.tls.url}/billing`)
  expect(await refreshCookie(context)).toMatch(/^b1\./)
})
