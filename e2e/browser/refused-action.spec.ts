import {
  expect,
  expectDashboard,
  expectSignInPage,
  fillSignIn,
  leaveNote,
  noteField,
  openDashboard,
  REFUSED_FETCH,
  sessionCookies,
  test,
} from '../support/browser.ts'

const WORDS = 'Written while somebody ended the session.'

test.use({ tolerated: REFUSED_FETCH })

test('an action of a session that was ended elsewhere leads to the sign-in page and back, and the words are still there', async ({
  page,
  context,
  session,
}) => {
  await openDashboard(page, session)
  await noteField(page).fill(WORDS)
  await session.endElsewhere()
  await session.expire()
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
  session,
}) => {
  await openDashboard(page, session)
  await page.goto('/sessions?from=mail')
  await session.endElsewhere()
  await session.expire()
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expectSignInPage(page, '/sessions?from=mail', 'ended-elsewhere')
  await fillSignIn(page)
  await expect(page).toHaveURL('/sessions?from=mail')
  await expect(page.getByText('This device')).toBeVisible()
})

test('no error page is seen on the way', async ({ page, session }) => {
  await openDashboard(page, session)
  await page.evaluate(() => {
    const look = () => {
      if (document.querySelector('h1')?.textContent === 'Something went wrong') document.title = 'error page'
    }
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
  })
  await noteField(page).fill(WORDS)
  await session.endElsewhere()
  await session.expire()
  await leaveNote(page)
  await expectSignInPage(page, '/dashboard', 'ended-elsewhere')
  await expect(page).not.toHaveTitle('error page')
})
