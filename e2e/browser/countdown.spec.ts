import { accessTokenToEnd, expect, SHORT_LIVED, signIn, test } from '../support/browser.ts'
import { layoutShifts } from '../support/layout.ts'

test.use({ env: SHORT_LIVED })

for (const width of [360, 1280]) {
  test.describe(`at a width of ${width} px`, () => {
    test.use({ viewport: { width, height: 900 } })

    test('nothing moves while the countdown ticks and ends', async ({ page, context }) => {
      await signIn(page)
      await page.reload()
      const countdown = page.getByRole('timer')
      const first = (await countdown.textContent()) ?? ''
      await expect(countdown).not.toHaveText(first)
      await accessTokenToEnd(context)
      await expect(countdown).toHaveText('00:00')
      await expect(page.getByText('It has ended. Click on')).toBeVisible()
      expect(await layoutShifts(page)).toEqual([])
    })
  })
}
