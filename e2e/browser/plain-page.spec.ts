import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Page } from '@playwright/test'
import { below } from '../support/base-path.ts'
import { endElsewhere, expect, REFUSED_FETCH, signIn, THOROUGH, test } from '../support/browser.ts'
import type { PlainPage } from '../support/plain-page.ts'
import { openPlainPage } from '../support/plain-page.ts'
import type { Stack } from '../support/stack.ts'

declare const plain: PlainPage

test.use({ tolerated: new RegExp(`${REFUSED_FETCH.source}|status of 503`) })

const shows = (page: Page, text: string) => expect(page.locator('output')).toHaveText(text)
const NOTES = below('/api/backend/notes')
const status = (page: Page, path: string) =>
  page.evaluate(async (url) => (await plain.session.fetch(url)).status, below(path))

type Call = { method: string; type: string; body: string }

/** A backend that refuses so many access tokens before it takes one; renewals go to the auth server, or do not. */
function refusingBackend(
  stack: Stack,
  refusals: number,
  renewal: 'possible' | 'impossible' = 'possible',
): Call[] {
  const calls: Call[] = []
  stack.line.set(async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/refreshtoken') {
      if (renewal === 'impossible') return response.writeHead(503).end()
      const { cookie = '' } = request.headers
      const answer = await fetch(`${stack.auth.url}/refreshtoken`, { method: 'POST', headers: { cookie } })
      return response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(await answer.text())
    }
    const body = Buffer.concat(await request.toArray()).toString()
    const { method = '', headers } = request
    calls.push({ method, type: (headers['content-type'] ?? '').split(';')[0] ?? '', body })
    response.writeHead(calls.length > refusals ? 201 : 401).end()
  })
  return calls
}

const countRenewals = (page: Page) => {
  const renewals: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/api/refreshresttokens')) renewals.push(request.url())
  })
  return renewals
}

test(
  'a page without a framework knows who is signed in, and is told of the end',
  THOROUGH,
  async ({ page, context, stack }) => {
    await openPlainPage(page)
    await shows(page, 'signed-out')
    await signIn(page)
    await openPlainPage(page)
    await shows(page, 'signed-in as demo@example.com')
    await endElsewhere(stack, context)
    expect(await status(page, '/api/backend/me')).toBe(401)
    await shows(page, 'signed-out')
    expect(await page.evaluate(() => plain.ends)).toEqual(['ended'])
  },
)

test('signing out on a page with React is told to one without', THOROUGH, async ({ page, context }) => {
  await signIn(page)
  const other = await context.newPage()
  await openPlainPage(other)
  await shows(other, 'signed-in as demo@example.com')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await shows(other, 'signed-out')
})

const BODIES: Record<string, string> = {
  text: `'milk'`,
  form: `new URLSearchParams({ note: 'milk' })`,
  file: `new Blob(['milk'], { type: 'text/plain' })`,
  bytes: `new TextEncoder().encode('milk')`,
  'form with a file': `(() => { const data = new FormData(); data.set('note', new File(['milk'], 'note.txt')); return data })()`,
}
for (const [kind, body] of Object.entries(BODIES)) {
  test(
    `unsafe requests with a body of ${kind} are repeated once after a renewal, whole`,
    THOROUGH,
    async ({ page, stack }) => {
      await signIn(page)
      await openPlainPage(page)
      const renewals = countRenewals(page)
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const calls = refusingBackend(stack, 1)
        const send = `plain.session.fetch('${NOTES}', { method: '${method}', body: ${body} }).then(({ status }) => status)`
        expect(await page.evaluate(send)).toBe(201)
        expect(calls).toHaveLength(2)
        expect(calls[0]).toEqual(calls[1])
        expect(calls[0]).toMatchObject({ method })
        expect(calls[0]?.body).toContain('milk')
      }
      expect(renewals).toHaveLength(4)
    },
  )
}

test('a Request is repeated, too, and a second refusal is passed on', THOROUGH, async ({ page, stack }) => {
  await signIn(page)
  await openPlainPage(page)
  const renewals = countRenewals(page)
  const calls = refusingBackend(stack, 5)
  const status = await page.evaluate(async (url) => {
    const request = new Request(url, { method: 'POST', body: 'milk', headers: { 'content-type': 'text/x' } })
    return (await plain.session.fetch(request)).status
  }, NOTES)
  expect(status).toBe(401)
  const call = { method: 'POST', type: 'text/x', body: 'milk' }
  expect(calls).toEqual([call, call])
  expect(renewals).toHaveLength(1)
  // Refused by that route alone: the session goes on.
  await shows(page, 'signed-in as demo@example.com')
})

test('ten requests of one page that are refused together renew once', THOROUGH, async ({ page, stack }) => {
  await signIn(page)
  await openPlainPage(page)
  const renewals = countRenewals(page)
  refusingBackend(stack, 10)
  const statuses = await page.evaluate(async (url) => {
    const all = Array.from({ length: 10 }, () => plain.session.fetch(url, { method: 'POST' }))
    return (await Promise.all(all)).map(({ status }) => status)
  }, NOTES)
  expect(statuses).toEqual(Array(10).fill(201))
  expect(renewals).toHaveLength(1)
})

test(
  'when the session cannot be renewed for now the answer is 503, and nobody is signed out',
  THOROUGH,
  async ({ page, stack }) => {
    await signIn(page)
    await openPlainPage(page)
    const calls = refusingBackend(stack, 5, 'impossible')
    const answer = await page.evaluate(async (url) => {
      const { status, headers } = await plain.session.fetch(url, { method: 'POST', body: 'milk' })
      return { status, retryAfter: headers.get('retry-after'), ends: plain.ends }
    }, NOTES)
    expect(answer).toEqual({ status: 503, retryAfter: '5', ends: [] })
    expect(calls).toHaveLength(1)
    await shows(page, 'signed-in as demo@example.com')
  },
)

test(
  'who leaves while the session is renewed gets an AbortError, and nothing is repeated',
  THOROUGH,
  async ({ page, stack }) => {
    await signIn(page)
    await openPlainPage(page)
    const calls = refusingBackend(stack, 1)
    const outcome = await page.evaluate(async (url) => {
      const leaving = new AbortController()
      const plainFetch = window.fetch
      // Leaves at the moment at which the renewal begins.
      window.fetch = (...request) => {
        if (String(request[0]).endsWith('refreshresttokens')) leaving.abort()
        return plainFetch(...request)
      }
      const { signal } = leaving
      return plain.session.fetch(url, { method: 'POST', body: 'milk', signal }).then(
        ({ status }) => status,
        (error) => error.name,
      )
    }, NOTES)
    expect(outcome).toBe('AbortError')
    await page.waitForResponse('/api/session')
    expect(calls).toHaveLength(1)
  },
)

test('another site is asked plainly: once, and without a renewal', THOROUGH, async ({ page }) => {
  await signIn(page)
  await openPlainPage(page)
  const renewals = countRenewals(page)
  const asked: (string | undefined)[] = []
  await page.route('https://other.example/**', (route) => {
    asked.push(route.request().headers().cookie)
    return route.fulfill({ status: 401, headers: { 'access-control-allow-origin': '*' } })
  })
  const status = await page.evaluate(async () => (await plain.session.fetch('https://other.example/')).status)
  expect(status).toBe(401)
  expect(asked).toEqual([undefined])
  expect(renewals).toEqual([])
})

test('who is signed out is answered 401 without another call', THOROUGH, async ({ page }) => {
  await openPlainPage(page)
  await shows(page, 'signed-out')
  const renewals = countRenewals(page)
  expect(await status(page, '/api/session')).toBe(401)
  expect(renewals).toEqual([])
})
