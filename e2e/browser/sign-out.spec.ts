import type { Page } from '@playwright/test'
import { below, pathIn } from '../support/base-path.ts'
import {
  cookiesOf,
  dropAccessToken,
  expect,
  expectSignInPage,
  headerLink,
  leaveNote,
  noteField,
  outcomeOf,
  REFUSED_FETCH,
  sessionCookies,
  signIn,
  test,
} from '../support/browser.ts'

test.use({ tolerated: REFUSED_FETCH })

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expect(page).toHaveURL('/login?signedOut=1')
  await expect(page.getByText('You are signed out.')).toBeVisible()
}

/** The sign-in page tells of the sign-out when an answer under way had brought the cookies back. */
async function expectLedToSignIn(page: Page, returnTo: string): Promise<void> {
  await expect(page).toHaveURL((url) => {
    const rest = url.search.replace(/&reason=signed-out$/, '')
    return pathIn(url.href) === '/login' && rest === `?returnTo=${encodeURIComponent(returnTo)}`
  })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
}

async function expectSignedOut(page: Page): Promise<void> {
  const response = await page.goto('/dashboard')
  await expectLedToSignIn(page, '/dashboard')
  expect(['anonymous', 'ended']).toContain(outcomeOf(response))
  expect(await sessionCookies(page.context())).toEqual([])
}

test.describe('signing out in one tab', () => {
  test('leads the next navigation of the other tab to the sign-in page', async ({ page, context }) => {
    await signIn(page)
    const other = await context.newPage()
    await other.goto('/dashboard')
    await signOut(page)
    expect(await sessionCookies(page.context())).toEqual([])
    await headerLink(other, 'Sessions').click()
    await expectSignInPage(other, '/sessions')
  })

  test('leads the next action of the other tab to the sign-in page', async ({ page, context }) => {
    await signIn(page)
    const other = await context.newPage()
    await other.goto('/dashboard')
    await noteField(other).fill('one more thing')
    await signOut(page)
    await leaveNote(other)
    await expectLedToSignIn(other, '/dashboard')
  })
})

test.describe('an answer under way while the person signs out (nextjs-auth0 #2335)', () => {
  test('does not bring the session back: explicit renewal', async ({ page, context, stack }) => {
    await signIn(page)
    const other = await context.newPage()
    await other.goto('/dashboard')

    const held = stack.line.hold('/refreshtoken')
    const late = other.waitForResponse('/api/refreshresttokens')
    await other.evaluate((url) => void fetch(url, { method: 'POST' }), below('/api/refreshresttokens'))
    await held.answered
    await signOut(page)
    held.letGo()
    expect(outcomeOf(await late)).toBe('renewed')
    // It has put the cookies into the jar again: what keeps the person signed out is the mark.
    expect(Object.keys(await cookiesOf(await late))).toContain('accessToken')

    await expectSignedOut(page)
    await expectSignedOut(other)
  })

  test('does not bring the session back: a page at the end of its token', async ({
    page,
    context,
    stack,
  }) => {
    await signIn(page)
    const other = await context.newPage()
    await other.goto('/dashboard')
    await dropAccessToken(context)

    const held = stack.line.hold('/refreshtoken')
    const reload = other.reload()
    await held.answered
    const signingOut = page.waitForRequest('/api/logout')
    const signedOut = signOut(page)
    await signingOut
    held.letGo()
    await Promise.all([reload, signedOut])

    await expectSignedOut(page)
    await expectSignedOut(other)
  })
})

test('signing in again right after signing out works', async ({ page }) => {
  await signIn(page)
  await signOut(page)
  await signIn(page)
  await headerLink(page, 'Sessions').click()
  await expect(page.getByText('This device')).toBeVisible()
})
