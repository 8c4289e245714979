import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import {
  endElsewhere,
  expect,
  expectSignInPage,
  fillSignIn,
  jar,
  LOOKS,
  REFUSED_FETCH,
  sessionCookies,
  signIn,
  THOROUGH,
  test,
} from '../support/browser.ts'
import { signInAtAuthServer } from '../support/client.ts'
import type { LineState } from '../support/line.ts'
import { runAuthServer } from '../support/processes.ts'

const SENTENCES = {
  reuse: /ended for safety/,
  'ended-elsewhere': /ended from elsewhere/,
  expired: /has run out/,
  'signed-out': /have signed out in this browser/,
}

test.use({ tolerated: REFUSED_FETCH })

const told = (page: Page) => page.getByRole('main').getByRole('status')

/** A backend that refuses to renew, with its word for why. */
const refusing =
  (error: string): LineState =>
  (_request, response) => {
    response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
  }

/** Signs in and leaves, so that no page is there to prefetch, which would meet the ended session first. */
async function signInAndLeave(page: Page): Promise<void> {
  await signIn(page)
  await page.goto('about:blank')
}

test.describe('the sign-in page tells why the session has ended', () => {
  test('reuse: a copy of the refresh token was used', THOROUGH, async ({ page, context, stack }) => {
    await signInAndLeave(page)
    const { refreshToken = '' } = await jar(context)
    const copy = { headers: { cookie: `refreshToken=${refreshToken}` }, method: 'POST' }
    let newest = refreshToken
    for (const _rotation of [1, 2]) {
      const answer = await fetch(`${stack.auth.url}/refreshtoken`, {
        ...copy,
        headers: { cookie: `refreshToken=${newest}` },
      })
      newest = ((await answer.json()) as { refreshToken: string }).refreshToken
    }
    await context.clearCookies({ name: 'accessToken' })
    await page.goto('/sessions')
    await expectSignInPage(page, '/sessions', 'reuse')
    await expect(told(page)).toHaveText(SENTENCES.reuse)
    await fillSignIn(page)
    await expect(page).toHaveURL('/sessions')
  })

  test('ended-elsewhere: another device ended it', async ({ page, context, stack }) => {
    await signInAndLeave(page)
    await endElsewhere(stack, context)
    await page.goto('/dashboard')
    await expectSignInPage(page, '/dashboard', 'ended-elsewhere')
    await expect(told(page)).toHaveText(SENTENCES['ended-elsewhere'])
  })

  test('expired: it was not used for as long as the idle limit', async ({ page, context, stack }) => {
    const brief = await runAuthServer({ ...stack.env, REFRESH_TOKEN_TTL: '1' })
    const { accessToken, refreshToken } = await signInAtAuthServer({ ...stack, auth: brief })
    await brief.stop()
    const headers = { authorization: `Bearer ${accessToken}` }
    await expect.poll(async () => (await fetch(`${stack.auth.url}/me`, { headers })).status).toBe(401)
    await context.addCookies([{ name: 'refreshToken', value: refreshToken, url: stack.app.url }])
    await page.goto('/dashboard')
    await expectSignInPage(page, '/dashboard', 'expired')
    await expect(told(page)).toHaveText(SENTENCES.expired)
  })

  test(
    'signed-out: an answer that came late brought the cookies back',
    THOROUGH,
    async ({ page, context }) => {
      await signIn(page)
      const before = await context.cookies()
      await page.getByRole('button', { name: 'Sign out' }).click()
      await expect(page.getByText('You are signed out.')).toBeVisible()
      await page.goto('about:blank')
      await context.addCookies(before)
      await page.goto('/dashboard')
      await expectSignInPage(page, '/dashboard', 'signed-out')
      await expect(told(page)).toHaveText(SENTENCES['signed-out'])
    },
  )

  test('also when a prefetch has met the end first', THOROUGH, async ({ page, context, stack }) => {
    await signIn(page)
    await endElsewhere(stack, context)
    const refused = await context.request.get('/sessions', {
      headers: { rsc: '1', 'next-router-prefetch': '1' },
    })
    expect(refused.status()).toBe(401)
    expect(await sessionCookies(context)).toEqual([])
    await page.goto('/dashboard')
    await expectSignInPage(page, '/dashboard', 'ended-elsewhere')
    await expect(told(page)).toHaveText(SENTENCES['ended-elsewhere'])
  })

  test('a reason that nobody knows is none', THOROUGH, async ({ page, context, stack }) => {
    await signInAndLeave(page)
    stack.line.set(refusing('constructor'))
    await context.clearCookies({ name: 'accessToken' })
    await page.goto('/dashboard')
    await expectSignInPage(page, '/dashboard')
    await expect(told(page)).toHaveCount(0)
  })
})

test('nothing of a made-up address is printed as a reason', THOROUGH, async ({ page }) => {
  for (const reason of [
    'your bank',
    '<b>x</b>',
    '__proto__',
    'toString',
    'reuse%00',
    'REUSE',
    'expired&reason=reuse%20',
  ]) {
    await page.goto(`/login?reason=${encodeURIComponent(reason)}`)
    await expect(told(page)).toHaveCount(0)
  }
})

for (const { colorScheme, width } of LOOKS) {
  test.describe(`in ${colorScheme} colours, ${width} px wide`, () => {
    test.use({ colorScheme, viewport: { width, height: 800 } })

    test('axe finds nothing, and nothing scrolls sideways', async ({ page }) => {
      for (const [reason, sentence] of Object.entries(SENTENCES)) {
        await page.goto(`/login?returnTo=%2Fsessions%3Fpage%3D2%26sort%3Dlast-seen&reason=${reason}`)
        await expect(told(page)).toHaveText(sentence)
        const [content = 0, room = 0] = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement
          return [scrollWidth, clientWidth]
        })
        expect(content).toBeLessThanOrEqual(room)
      }
      // The reasons differ in their words alone.
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id }) => id)).toEqual([])
    })
  })
}
