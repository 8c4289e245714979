import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import {
  dropAccessToken,
  expect,
  expectDashboard,
  headerLink,
  jar,
  LOOKS,
  openDashboard,
  signIn,
  THOROUGH,
  test,
} from '../support/browser.ts'
import { layoutShifts } from '../support/layout.ts'

// As `npm start` starts it, and as anybody who signs in: no administrator.
test.use({ env: { EVERGATE_DEMO: '1' }, tolerated: /ERR_FAILED/ })

const endToken = (page: Page) => page.getByRole('button', { name: 'End my access token' }).click()
const cost = (page: Page) => page.getByText(/^Renewed in \d+\.\d ms, with one call to the auth server/)
const outcome = (page: Page) => page.getByTestId('outcome')

test(
  'the start page says what it is for, how it is installed, and where documentation and source are',
  THOROUGH,
  async ({ page }) => {
    await page.goto('/')
    await expect(page.getByText('Evergate is a session gateway for Next.js.')).toBeVisible()
    await expect(page.getByText('npm install evergate', { exact: true })).toBeVisible()
    const source = 'https://github.com/evergate/evergate'
    await expect(page.getByRole('link', { name: 'Source' })).toHaveAttribute('href', source)
    await expect(page.getByRole('link', { name: 'Documentation' })).toHaveAttribute(
      'href',
      `${source}/tree/main/docs#readme`,
    )
    await expect(page.getByRole('main')).not.toContainText(/\bwait|npm start|start it again|administrator/i)
  },
)

test('one button ends one’s own access token, and says what the renewal took', async ({
  page,
  context,
  session,
  stack,
}) => {
  await openDashboard(page, session)
  const { accessToken: before } = await jar(context)
  stack.line.forget()
  await endToken(page)
  await expect(cost(page)).toBeVisible()
  await expect(outcome(page)).toContainText('renewed')
  await expectDashboard(page)
  expect(stack.line.calls('/refreshtoken')).toHaveLength(1)
  const { accessToken: after } = await jar(context)
  expect(after).toBeDefined()
  expect(after).not.toBe(before)
})

test('nobody else’s token ends with it', THOROUGH, async ({ page, session, browser, stack }) => {
  const other = await browser.newContext({ baseURL: stack.app.url })
  await signIn(await other.newPage())
  const { accessToken } = await jar(other)
  await openDashboard(page, session)
  await endToken(page)
  await expect(cost(page)).toBeVisible()
  expect((await jar(other)).accessToken).toBe(accessToken)
  expect((await other.request.get('/api/session')).headers()['x-session']).toBe('active')
  await other.close()
})

test(
  'a server that cannot be reached is said beside the button, and nothing is lost',
  THOROUGH,
  async ({ page, context, session }) => {
    await openDashboard(page, session)
    await page.route('**/inspector/expire', (route) => route.abort())
    await endToken(page)
    await expect(page.getByText('The server could not be reached. Nothing has changed')).toBeVisible()
    expect(await jar(context)).toHaveProperty('accessToken')
  },
)

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the same button leads to the page that was renewed', THOROUGH, async ({ page }) => {
    await signIn(page)
    await endToken(page)
    await expectDashboard(page)
    await expect(outcome(page)).toContainText('renewed')
    await page.goto('/')
    await expect(page.getByRole('img', { name: /^One session runs on/ })).toBeVisible()
  })
})

test(
  'the inspector is in the navigation, for everybody, and shows nothing that nobody did',
  THOROUGH,
  async ({ page }) => {
    await signIn(page)
    await headerLink(page, 'Inspector').click()
    await expect(page.getByTestId('connection')).toHaveText('Live')
    await page.getByRole('button', { name: 'Send a request' }).click()
    const rows = page.getByRole('list', { name: 'Decisions, newest first' })
    await expect(rows).toContainText('active api GET /api/session')
    await expect(rows).not.toContainText(/icon\.svg|active prefetch/)
    await expect(page.getByRole('button', { name: 'Break the backend' })).toBeVisible()
  },
)

test('the figure of the start page is that of one’s own session, live', async ({
  page,
  context,
  session,
}) => {
  await page.goto('/')
  await expect(page.getByRole('img', { name: /^One session runs on/ })).toBeVisible()
  await session.signIn()
  await page.goto('/')
  const figure = page.locator('#lanes-title')
  const renewals = async () => Number(/(\d+) renewal/.exec((await figure.textContent()) ?? '')?.[1])
  await expect(figure).toHaveText(/^The last \d+ s: [1-9]\d* access tokens?, .* The session goes on\.$/)
  const before = await renewals()
  await dropAccessToken(context)
  await context.request.get('/api/session')
  await expect.poll(renewals).toBe(before + 1)
})

for (const { colorScheme, width } of LOOKS) {
  test.describe(`in ${colorScheme} colours, ${width} px wide`, () => {
    test.use({ colorScheme, viewport: { width, height: 900 } })

    test('axe finds nothing, nothing scrolls sideways, and nothing moves', async ({ page, session }) => {
      await openDashboard(page, session)
      await endToken(page)
      await expect(cost(page)).toBeVisible()
      expect(await layoutShifts(page)).toEqual([])
      await expectSound(page)
      await page.goto('/')
      await expect(page.getByRole('img', { name: /^The last/ })).toBeVisible()
      await expectSound(page)
      await page.goto('/sessions')
      await page.getByText('Details').first().click()
      await expect(page.getByText('User agent').first()).toBeVisible()
      await expectSound(page)
    })
  })
}

async function expectSound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  const [content = 0, room = 0] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return [scrollWidth, clientWidth]
  })
  expect(content, page.url()).toBeLessThanOrEqual(room)
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 720 } })

  test(
    'three devices of one kind fit on a screen, and are told apart',
    THOROUGH,
    async ({ page, browser, stack }) => {
      const userAgent = 'Chrome/150 (Linux)'
      for (const _device of [1, 2]) {
        const other = await browser.newContext({ baseURL: stack.app.url, userAgent })
        await signIn(await other.newPage())
        await other.close()
      }
      await signIn(page)
      await headerLink(page, 'Sessions').click()
      await expect(page.getByText('This device')).toBeVisible()
      const rows = page.getByRole('listitem').filter({ hasText: 'Signed in' })
      const heights = await rows.evaluateAll((items) =>
        items.map((item) => item.getBoundingClientRect().height),
      )
      expect(heights.length).toBeGreaterThanOrEqual(3)
      expect(3 * Math.max(...heights)).toBeLessThan(720)
      const told = await page.getByText(/^Signed in /).allTextContents()
      expect(told).toHaveLength(heights.length)
    },
  )

  test('no button stands below a hole', THOROUGH, async ({ page, session }) => {
    for (const path of ['/login', '/register']) {
      await page.goto(path)
      expect(await holesAboveButtons(page), path).toEqual([])
    }
    await session.signIn()
    for (const path of ['/dashboard', '/sessions']) {
      await page.goto(path)
      expect(await holesAboveButtons(page), path).toEqual([])
    }
  })
})

/** Buttons of a page's forms with more than 50 px of nothing above them. */
function holesAboveButtons(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = [...document.querySelectorAll('main :is(p, h2, h3, input, textarea, summary, time, label)')]
      .filter((part) => part.textContent !== '' || part.matches('input, textarea'))
      .map((part) => part.getBoundingClientRect().bottom)
    return [...document.querySelectorAll('main form button')].flatMap((button) => {
      const { top } = button.getBoundingClientRect()
      const above = Math.max(0, ...parts.filter((bottom) => bottom <= top + 1))
      return top - above > 50 ? [`${button.textContent}: ${Math.round(top - above)} px`] : []
    })
  })
}
