import {
  endElsewhere,
  expect,
  expectDashboard,
  expectSignInPage,
  fillSignIn,
  leaveNote,
  noteField,
  REFUSED_FETCH,
  sessionCookies,
  signIn,
  test,
} from '../support/browser.ts'

const WORDS = 'Written while somebody ended the session.'

test.use({ tolerated: REFUSED_FETCH })

test('an action of a session that was ended elsewhere leads to the sign-in page and back, and the words are still there', async ({
  page,
  context,
  stack,
}) => {
  await signIn(page)
  await noteField(page).fill(WORDS)
  await endElsewhere(stack, context)
  await leaveNote(page)
  await expectSignInPage(page, '/dashboard', 'ended-elsewhere')
  expect(await sessionCookies(context)).toEqual([])

  await fillSignIn(page)
  await expectDashboard(page)
  await expect(noteField(page)).toHaveValue(WORDS)
  await leaveNote(page)
  await expect(page.getByText('Note 1 received')).toBeVisible()
})

test('an action of another page leads to the sign-in page and back to that page', async ({
  page,
  context,
  stack,
}) => {
  await signIn(page)
  await page.goto('/sessions?from=mail')
  await endElsewhere(stack, context)
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expectSignInPage(page, '/sessions?from=mail', 'ended-elsewhere')
  await fillSignIn(page)
  await expect(page).toHaveURL('/sessions?from=mail')
  await expect(page.getByText('This device')).toBeVisible()
})

test('no error page is seen on the way', async ({ page, context, stack }) => {
  await signIn(page)
  await page.evaluate(() => {
    const look = () => {
      if (document.querySelector('h1')?.textContent === 'Something went wrong') document.title = 'error page'
    }
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
  })
  await noteField(page).fill(WORDS)
  await endElsewhere(stack, context)
  await leaveNote(page)
  await expectSignInPage(page, '/dashboard', 'ended-elsewhere')
  await expect(page).not.toHaveTitle('error page')
})
