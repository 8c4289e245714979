import type { BrowserContext, Page } from '@playwright/test'
import { expect, test } from '@playwright/test'
import type { BoundSite } from '../support/bound-site.ts'
import { endAccess, refreshCookie, startBoundSite } from '../support/bound-site.ts'
import { THOROUGH } from '../support/browser.ts'

let site: BoundSite
test.beforeAll(async () => {
  test.setTimeout(120_000)
  site = await startBoundSite()
})
test.afterAll(() => site.stop())

type Jar = Awaited<ReturnType<BrowserContext['cookies']>>
/** A browser whose jar is copied, and the profile by which it comes back after a restart. */
type Victim = { context: BrowserContext; page: Page; readonly profile: string }

const dashboard = () => `${site.url}/dashboard`
const SIGN_IN = '/login?returnTo=%2Fdashboard&reason=device_key_missing'

/** The moments at which a jar is copied. */
const MOMENTS: Readonly<Record<string, (victim: Victim) => Promise<Jar>>> = {
  'while the access token is good': ({ context }) => context.cookies(),
  'after the end of the access token': async ({ context }) => {
    await endAccess(context)
    return context.cookies()
  },
  'during a refresh': async ({ context, page }) => {
    await endAccess(context)
    const held = site.stack.line.hold('/refreshtoken')
    const visit = page.goto(dashboard())
    await held.answered
    const jar = await context.cookies()
    held.letGo()
    expect((await visit)?.status()).toBe(200)
    return jar
  },
  'after a restart': async (victim) => {
    await victim.context.close()
    victim.context = await site.browsers.open({ profile: victim.profile })
    victim.page = victim.context.pages()[0] ?? (await victim.context.newPage())
    return victim.context.cookies()
  },
}

for (const [index, [moment, copy]] of Object.entries(MOMENTS).entries())
  test(
    `a jar that is copied ${moment} is dead with the access token, and its victim goes on`,
    THOROUGH,
    async () => {
      const profile = `victim-${index}`
      const context = await site.browsers.open({ profile })
      const victim: Victim = { context, page: await site.signIn(context), profile }
      const jar = await copy(victim)
      const lost = site.count('device.lost')

      const thief = await site.browsers.open()
      await thief.addCookies(jar)
      const stolen = thief.pages()[0] ?? (await thief.newPage())
      if (jar.some(({ name }) => name === '__Host-accessToken')) {
        expect((await stolen.goto(dashboard()))?.headers()['x-session']).toBe('active')
        await endAccess(thief)
      }
      const loads: string[] = []
      stolen.on('request', (request) => {
        if (request.isNavigationRequest()) loads.push(new URL(request.url()).pathname)
      })
      await stolen.goto(dashboard())
      await expect(stolen).toHaveURL(site.url + SIGN_IN)
      // One bounce, and no loop.
      expect(loads.map((path) => path.split('/').at(-1))).toEqual(['dashboard', 'dashboard', 'login'])
      expect(await refreshCookie(thief)).toBeUndefined()

      // The refresh cookie is nothing to the backend itself.
      const sealed = jar.find(({ name }) => name === '__Host-refreshToken')?.value
      expect(sealed).toMatch(/^b1\./)
      const headers = { cookie: `refreshToken=${sealed}` }
      const answer = await fetch(`${site.stack.auth.url}/refreshtoken`, { method: 'POST', headers })
      expect(answer.status).toBe(403)

      // The log names the session, whose owner goes on.
      await endAccess(victim.context)
      const response = await victim.page.goto(dashboard())
      expect([response?.status(), response?.headers()['x-session']]).toEqual([200, 'active'])
      const sid = await victim.page.getByRole('region', { name: 'You' }).locator('code').textContent()
      expect(site.events('device.lost').slice(lost)).toEqual([expect.objectContaining({ sid })])
      await Promise.all([thief.close(), victim.context.close()])
    },
  )

test.describe('by the clock', () => {
  /** Seconds. */
  const LIFE = 20
  let short: BoundSite
  test.beforeAll(async () => {
    test.setTimeout(120_000)
    const life = { ACCESS_TOKEN_TTL: `${LIFE}`, RENEW_BEFORE: '1', DEVICE_LEAST_LIFE: '1' }
    short = await startBoundSite(life)
  })
  test.afterAll(() => short.stop())

  test(
    'a thief who keeps the cookies for good is out within one life of an access token',
    THOROUGH,
    async () => {
      test.setTimeout(90_000)
      const victim = await short.browsers.open()
      const page = await short.signIn(victim)
      // It asks for nothing meanwhile: a browser renews with each request in the last two minutes of its timer.
      await page.goto('about:blank')
      const copiedAt = Date.now()
      const jar = await victim.cookies()
      const thief = await short.browsers.open()
      await thief.addCookies(jar.map((cookie) => ({ ...cookie, expires: -1 })))
      const stolen = thief.pages()[0] ?? (await thief.newPage())
      const visit = async () => (await stolen.goto(`${short.url}/dashboard`))?.headers()['x-session']
      expect(await visit()).toBe('active')
      await expect.poll(visit, { timeout: (LIFE + 10) * 1000, intervals: [500] }).not.toBe('active')
      expect(Date.now() - copiedAt).toBeLessThan((LIFE + 2) * 1000)
      await expect(stolen).toHaveURL(short.url + SIGN_IN)

      const response = await page.goto(`${short.url}/dashboard`)
      expect([response?.status(), response?.headers()['x-session']]).toEqual([200, 'active'])
      expect(short.count('device.lost')).toBe(1)
      await Promise.all([thief.close(), victim.close()])
    },
  )
})
