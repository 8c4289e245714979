import { expect, REFUSED_FETCH, test } from '../support/browser.ts'

test.use({ tolerated: REFUSED_FETCH })

test('a page after the end of the token is rendered with the renewed session', async ({ page, session }) => {
  await session.signIn()
  await session.expire()
  const response = await page.goto('/dashboard')
  expect(response?.headers()['x-session']).toBe('renewed')
  await session.endElsewhere()
  await session.expire()
  await page.goto('/dashboard')
  await expect(page).toHaveURL(/\/login\?returnTo=%2Fdashboard&reason=ended-elsewhere$/)
})

test('somebody who cannot sign in is told by the fixture, and no cookie is left', async ({
  context,
  session,
}) => {
  const unknown = { email: 'nobody@example.com', password: 'not-the-password-1' }
  await expect(session.signIn(unknown)).rejects.toThrow('/login answers 401 to nobody@example.com.')
  expect(await context.cookies()).toEqual([])
  await expect(session.endElsewhere()).rejects.toThrow('sign in first')
})
