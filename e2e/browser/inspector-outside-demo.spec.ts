import { dropAccessToken, expect, test } from '../support/browser.ts'
import { ADMIN } from '../support/client.ts'

test.use({ account: ADMIN })

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
