import type { Page, Response } from '@playwright/test'
import { pathIn } from '../support/base-path.ts'
import {
  expect,
  expectDashboard,
  expectSignInPage,
  fillSignIn,
  headerLink,
  outcomeOf,
  test,
} from '../support/browser.ts'

/** The router's own fetches of a protected page, made before anybody has clicked. */
const isPrefetch = (response: Response) =>
  pathIn(response.url()) === '/dashboard' && 'next-router-prefetch' in response.request().headers()

/** As a link does that comes into view. The pages for visitors have none that asks for a protected page. */
const prefetchDashboard = (page: Page) =>
  page.evaluate((path) => {
    const { next } = window as unknown as { next: { router: { prefetch(path: string): void } } }
    next.router.prefetch(path)
  }, '/dashboard')

test('no page for visitors asks for a protected page before anybody has clicked', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(pathIn(request.url())))
  for (const path of ['/', '/login', '/register']) await page.goto(path, { waitUntil: 'networkidle' })
  expect(asked).not.toContain('/dashboard')
})

test('a prefetch while signed out is refused without a redirect, and the page stays intact (nextjs-auth0 #2450)', async ({
  page,
  context,
}) => {
  const prefetches: Response[] = []
  page.on('response', (response) => {
    if (isPrefetch(response)) prefetches.push(response)
  })
  const first = page.waitForResponse(isPrefetch)
  const allowed = page.waitForResponse(/\/login\?_rsc/)
  await page.goto('/')
  expect((await allowed).status()).toBe(200)
  await prefetchDashboard(page)
  const refused = await first
  await headerLink(page, 'Dashboard').hover() // asks once more, if anything does

  expect(refused.status()).toBe(401)
  expect(outcomeOf(refused)).toBe('anonymous')
  expect(await refused.headerValue('location')).toBeNull()
  expect(await refused.headerValue('set-cookie')).toBeNull()
  expect(await refused.headerValue('cache-control')).toBe('private, no-store')
  expect(prefetches.map((response) => response.status())).toEqual(prefetches.map(() => 401))
  // A refusal is not asked for again and again.
  expect(prefetches.length).toBeLessThanOrEqual(2)
  expect(await context.cookies()).toEqual([])
  await expect(page).toHaveURL('/')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
})

test('the link whose prefetch was refused leads to the sign-in page, and works after it', async ({
  page,
}) => {
  const refused = page.waitForResponse(isPrefetch)
  await page.goto('/')
  await prefetchDashboard(page)
  await refused
  await headerLink(page, 'Dashboard').click()
  await expectSignInPage(page, '/dashboard')
  await fillSignIn(page)
  await expectDashboard(page)

  await page.getByRole('link', { name: 'Evergate' }).click()
  await expect(page).toHaveURL('/')
  await expect(page.getByText('You are signed in.')).toBeVisible()
  await headerLink(page, 'Dashboard').click()
  await expectDashboard(page)
})

test('signing in on the way there does not stumble over what was prefetched before', async ({ page }) => {
  const refused = page.waitForResponse(isPrefetch)
  await page.goto('/')
  await prefetchDashboard(page)
  await refused
  await page.getByRole('link', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL('/login')
  await fillSignIn(page)
  await expectDashboard(page)
  await headerLink(page, 'Sessions').click()
  await expect(page.getByText('This device')).toBeVisible()
})
