import { dropAccessToken, expect, expectDashboard, headerLink, test } from '../support/browser.ts'
import { ADMIN, DEMO } from '../support/client.ts'

test.use({ account: ADMIN, tolerated: /status of 403/ })

test('outside the demo nothing can be broken, whatever a browser asks for', async ({
  page,
  context,
  session,
  stack,
}) => {
  await session.signIn()
  await page.goto('/inspector')
  await expect(page.getByTestId('connection')).toHaveText('Live')
  await expect(page.getByText('Only the demo breaks things on purpose')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Break the backend' })).toHaveCount(0)
  await context.addCookies([{ name: 'inspector-backend', value: '1', url: stack.app.url }])
  await dropAccessToken(context)
  await page.getByRole('button', { name: 'Send a request' }).click()
  await expect(page.getByTestId('answer')).toHaveText(/^200 renewed/)
})

test.describe('who is no administrator', () => {
  test.use({ account: DEMO })

  test('is refused the page, the stream and the experiments, and is promised none of them', async ({
    page,
    session,
  }) => {
    await session.signIn()
    const response = await page.goto('/inspector')
    expect(response?.status()).toBe(403)
    await expect(page.getByRole('heading', { name: 'No access' })).toBeVisible()
    expect((await page.request.get('/inspector/events')).status()).toBe(403)
    const headers = { 'sec-fetch-site': 'same-origin' }
    for (const path of ['/inspector/expire', '/inspector/replay'])
      expect((await page.request.post(path, { headers })).status()).toBe(403)

    await page.goto('/dashboard')
    await expectDashboard(page)
    await expect(page.getByRole('button', { name: 'End my access token' })).toHaveCount(0)
    await expect(headerLink(page, 'Sessions')).toBeVisible()
    await expect(headerLink(page, 'Inspector')).toHaveCount(0)
    await page.goto('/')
    await expect(page.getByText('It asks for the administrator.')).toBeVisible()
    await expect(page.getByText(/has (a button|buttons)/)).toHaveCount(0)
    await expect(page.getByRole('img', { name: /^One session runs on/ })).toBeVisible()
  })
})
