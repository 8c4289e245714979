import { expect, fillSignIn, openDashboard, test } from '../support/browser.ts'

test('who is to sign in again stays on the sign-in page, is told why, and comes back', async ({
  page,
  session,
}) => {
  await openDashboard(page, session)
  // Where a rule with `authenticatedWithin` leads.
  await page.goto('/login?returnTo=%2Fsessions&reason=reauthenticate&max_age=300')
  await expect(page.getByText('You signed in a while ago, so confirm that it is you.')).toBeVisible()
  await expect(page.getByLabel('E-mail')).toHaveValue(/@/)
  await fillSignIn(page)
  await expect(page).toHaveURL('/sessions')
  await expect(page.getByText('This device')).toBeVisible()
})
