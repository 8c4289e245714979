import type { BrowserContext, Page } from '@playwright/test'
import { DEMO } from './accounts.ts'
import { BASE_PATH } from './base-path.ts'
import { expect } from './below-base-path.ts'
import type { DeviceBrowsers } from './device-browser.ts'
import { deviceBrowsers } from './device-browser.ts'
import type { Stack } from './stack.ts'
import { startStack } from './stack.ts'
import { startTlsProxy } from './tls-proxy.ts'

/** The whole product over TLS, where sessions are bound to devices, and browsers that have keys. */
export type BoundSite = {
  readonly stack: Stack
  readonly browsers: DeviceBrowsers
  /** The app's address over https. */
  readonly url: string
  /**
   * Signs in by the form, which is a server action, and waits until the session is bound, or for another cookie: a page without scripts
   * asks for nothing more, and a browser renews by its new key before its next request.
   */
  signIn(context: BrowserContext, until?: '__Host-device' | '__Host-device-key'): Promise<Page>
  /** How many events of a type the gateway has logged. */
  count(type: string): number
  /** The events of a type. */
  events(type: string): readonly { readonly sid?: string }[]
  /** Calls of the backend that renew, since the line was last told to forget them. */
  renewals(): number
  stop(): Promise<void>
}

export async function startBoundSite(env: Readonly<Record<string, string>> = {}): Promise<BoundSite> {
  const stack = await startStack({ TRUST_PROXY: '1', DEVICE_BINDING: 'prefer', EVERGATE_DEMO: '1', ...env })
  const tls = await startTlsProxy(stack.app.url)
  const browsers = await deviceBrowsers(tls.certificate)
  const url = tls.url + BASE_PATH
  const events = (type: string) =>
    stack.app
      .output()
      .split('\n')
      .filter((line) => line.includes(`"type":"${type}"`))
      .map((line) => JSON.parse(line))
  return {
    stack,
    browsers,
    url,
    async signIn(context, until = '__Host-device') {
      const page = context.pages()[0] ?? (await context.newPage())
      await page.goto(`${url}/login`)
      await page.getByLabel('E-mail').fill(DEMO.email)
      await page.getByLabel('Password').fill(DEMO.password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page).toHaveURL(`${url}/dashboard`, { timeout: 20_000 })
      await expect.poll(() => cookieOf(context, until), { timeout: 20_000 }).toBeTruthy()
      return page
    },
    events,
    count: (type) => events(type).length,
    renewals: () => stack.line.calls('/refreshtoken').length,
    async stop() {
      await browsers.close()
      await tls.stop()
      await stack.stop()
    },
  }
}

export const cookieOf = async (context: BrowserContext, name: string): Promise<string | undefined> =>
  (await context.cookies()).find((cookie) => cookie.name === name)?.value

export const refreshCookie = (context: BrowserContext): Promise<string | undefined> =>
  cookieOf(context, '__Host-refreshToken')

/** The end of the access token, without the wait: its cookies and the timer leave the jar then. */
export async function endAccess(context: BrowserContext): Promise<void> {
  for (const name of ['__Host-accessToken', '__Host-userDataEtls', '__Host-device'])
    await context.clearCookies({ name })
}
