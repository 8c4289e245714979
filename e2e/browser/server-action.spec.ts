import {
  accessTokenToEnd,
  endOfToken,
  expect,
  leaveNote,
  noteField,
  openDashboard,
  outcomeOf,
  SHORT_LIVED,
  shownEnd,
  test,
} from '../support/browser.ts'

test.use({ env: SHORT_LIVED })

const WORDS = 'Written slowly,\nwhile the token ran out: “ünïcode” & 1+1=2.'

test('an action at the end of the token runs with the renewed session and keeps what was typed', async ({
  page,
  context,
  stack,
  session,
}) => {
  await openDashboard(page, session)
  await noteField(page).fill(WORDS)
  await accessTokenToEnd(context)
  stack.line.forget()
  const answer = page.waitForResponse((response) => response.request().method() === 'POST')
  await leaveNote(page)

  const receipt = page.getByText(`Note 1 received, ${[...WORDS].length} characters.`)
  await expect(receipt).toBeVisible()
  await expect(noteField(page)).toHaveValue(WORDS)
  expect(outcomeOf(await answer)).toBe('renewed')
  expect(stack.line.calls('/refreshtoken')).toHaveLength(1)
  const newEnd = await endOfToken(await answer)
  await expect(receipt.locator('time')).toHaveAttribute('datetime', newEnd)
  // The answer brings the page as well, so that nothing on it still shows the old token.
  await expect(shownEnd(page)).toHaveAttribute('datetime', newEnd)
})

test('one note after the other goes through, each at an end', async ({ page, context, session }) => {
  await openDashboard(page, session)
  for (const number of [1, 2]) {
    await noteField(page).fill(`${WORDS} ${number}`)
    await accessTokenToEnd(context)
    await leaveNote(page)
    await expect(page.getByText(`Note ${number} received`)).toBeVisible()
  }
})
