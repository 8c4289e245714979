import type { Response } from '@playwright/test'
import { below } from '../support/base-path.ts'
import {
  cookiesOf,
  expect,
  headerLink,
  jar,
  leaveNote,
  noteField,
  outcomeOf,
  signIn,
  test,
} from '../support/browser.ts'

/**
 * Texts that must not stand in a page. The first part of a JWT is the same for all, and a refresh token carries the
 * session's id, which is shown.
 */
function secretsIn({
  accessToken = '',
  refreshToken = '',
  userDataEtls = '',
}: Record<string, string>): string[] {
  const ofTokens = [accessToken, userDataEtls].flatMap((token) => token.split('.').slice(1))
  const secrets = [...ofTokens, refreshToken, decodeURIComponent(refreshToken)]
  for (const secret of secrets) expect(secret.length).toBeGreaterThan(20)
  return secrets
}

test('no script can read the session', async ({ page }) => {
  await signIn(page)
  const readable = await page.evaluate(() => [
    document.cookie,
    JSON.stringify({ ...localStorage }),
    JSON.stringify({ ...sessionStorage }),
  ])
  expect(readable).toEqual(['', '{}', '{}'])
  for (const cookie of await page.context().cookies()) {
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', domain: 'localhost' })
    expect(cookie.expires).toBeGreaterThan(0)
  }
})

test('no page, no answer to the router, to an action or to a script holds a token', async ({
  page,
  context,
}) => {
  const bodies: Promise<string>[] = []
  const collect = (response: Response) => {
    const isOurs = ['document', 'fetch', 'xhr'].includes(response.request().resourceType())
    if (isOurs) bodies.push(response.text().catch(() => ''))
  }
  await signIn(page)
  page.on('response', collect)
  await page.goto('/dashboard')
  await headerLink(page, 'Sessions').click()
  await expect(page.getByText('This device')).toBeVisible()
  await headerLink(page, 'Dashboard').click()
  await noteField(page).fill('is it in here?')
  await leaveNote(page)
  await expect(page.getByText('Note 1 received')).toBeVisible()
  await page.getByRole('button', { name: 'Who am I?' }).click()
  await expect(page.getByText('"email": "demo@example.com"')).toBeVisible()
  await page.evaluate((url) => fetch(url).then((response) => response.text()), below('/api/session'))
  page.off('response', collect)

  const everything = [...(await Promise.all(bodies)), await page.content()].join('\n')
  expect(everything).toContain('Hello, Demo')
  expect(everything).toContain('"expiresAt"')
  for (const secret of secretsIn(await jar(context))) expect(everything.includes(secret)).toBe(false)
})

test('a page rendered with renewed tokens does not hold them either', async ({ page, session }) => {
  await session.signIn()
  await session.expire()
  const response = await page.goto('/dashboard')
  if (response === null) throw new Error('nothing was loaded')
  expect(outcomeOf(response)).toBe('renewed')
  const html = await response.text()
  expect(html).toContain('Hello, Demo')
  for (const secret of secretsIn(await cookiesOf(response))) expect(html.includes(secret)).toBe(false)
})
