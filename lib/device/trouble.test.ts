import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cookiesIn, KINDS, SILENT, UNREACHABLE } from '../gateway/testing/harness.ts'
import { askedIn, boundHarness, fakeBrowser, OWN } from './testing/fake-browser.ts'

async function boundBrowser(options: Parameters<typeof boundHarness>[1] = {}) {
  const harness = await boundHarness({}, options)
  const browser = await fakeBrowser(harness)
  await browser.bind()
  return { ...harness, browser }
}

/** Answers of a backend, or of a server in front of it. */
const ANY_ANSWER = fc.record({
  status: fc.integer({ min: 200, max: 599 }),
  body: fc.oneof(
    fc.constantFrom('', '{', '[]', 'null', '<h1>Forbidden</h1>', '{"error":1}', '{"accessToken":"x"}'),
    fc.constantFrom('{"error":"session_revoked"}', '{"error":"device_binding_required"}'),
    fc.json(),
  ),
  type: fc.constantFrom('application/json', 'text/html', ''),
})

/** The backend's word in a body; undefined where there is none. */
function errorIn(body: string): unknown {
  try {
    return JSON.parse(body)?.error
  } catch {
    return undefined
  }
}

describe('trouble that is not the browser’s', () => {
  it('is never a 4xx at the refresh endpoint, whatever the backend answers, and touches no cookie', async () => {
    await fc.assert(
      fc.asyncProperty(ANY_ANSWER, async ({ status, body, type }) => {
        const { browser, backend } = await boundBrowser()
        backend.answer = () =>
          new Response([204, 205, 304].includes(status) ? null : body, {
            status,
            headers: { 'content-type': type },
          })
        const { refusal, setCookies } = await browser.refresh()
        const hasWord = [400, 401, 403].includes(status) && typeof errorIn(body) === 'string'
        expect(refusal?.status).toBe(hasWord ? 401 : 503)
        if (hasWord) return
        expect(refusal?.headers.get('retry-after')).toBe('5')
        expect(setCookies).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['cannot be reached', UNREACHABLE],
    ['does not answer', SILENT],
    ['has its database down', () => new Response('', { status: 500 })],
    ['is throttled', () => new Response('', { status: 429 })],
    ['is behind a firewall that says no', () => new Response('<h1>no</h1>', { status: 403 })],
    [
      'issues tokens that this gateway does not take',
      () => Response.json({ accessToken: 'x.y.z', refreshToken: 'r9' }),
    ],
  ] as const)('a backend that %s: 503, kept, and the session goes on when it is back', async (_, answer) => {
    const { browser, backend, clock } = await boundBrowser({ refreshTimeout: 1500 })
    const back = backend.answer
    browser.expire()
    backend.answer = answer
    expect((await browser.refresh()).refusal?.status).toBe(503)
    const page = await browser.open('/page', { 'secure-session-skipped': 'server_error' })
    expect([page.outcome, page.refusal?.status, page.setCookies]).toEqual(['degraded', 503, []])
    const open = await browser.open('/', { 'secure-session-skipped': 'server_error' })
    expect([open.outcome, open.refusal]).toEqual(['degraded', null])
    backend.answer = back
    clock.advance(20_000)
    expect((await browser.refresh()).refusal?.status).toBe(200)
    expect((await browser.open()).outcome).toBe('active')
  })

  it('is never the end of the session in the breaker’s pause', async () => {
    const { browser, backend } = await boundBrowser()
    backend.answer = () => new Response('', { status: 503 })
    for (let each = 0; each < 8; each += 1) expect((await browser.refresh()).refusal?.status).toBe(503)
  })

  it('harms no session that is being bound: it is bound without the backend, and renewed when that is back', async () => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness)
    await browser.signIn()
    const asked = askedIn(await browser.open())
    const { answer } = harness.backend
    harness.backend.answer = () => new Response('', { status: 503 })
    expect((await browser.register(asked)).refusal?.status).toBe(200)
    const { refusal, setCookies } = await browser.refresh()
    expect([refusal?.status, setCookies]).toEqual([503, []])
    harness.backend.answer = answer
    harness.clock.advance(20_000)
    expect((await browser.refresh()).refusal?.status).toBe(200)
  })
})

describe('a browser that has not renewed first', () => {
  it('is sent back to the page once, by a page without a script, and then to sign in: no loop', async () => {
    const { browser, decisions } = await boundBrowser()
    browser.expire()
    const first = await browser.open('/page?a=1')
    expect(first.refusal?.status).toBe(200)
    const html = await first.refusal?.text()
    expect(html).toContain('<meta http-equiv="refresh" content="0">')
    expect(html).not.toContain('<script')
    expect(decisions.at(-1)).toMatchObject({ type: 'session.degraded', reason: 'device_bounced' })
    const second = await browser.open('/page?a=1')
    expect(second.refusal?.headers.get('location')).toBe(
      '/login?returnTo=%2Fpage%3Fa%3D1&reason=device_key_missing',
    )
    const third = await browser.open('/page?a=1')
    expect(third.outcome).toBe('anonymous')
  })

  it('comes back renewed, as after a link of another site', async () => {
    const { browser } = await boundBrowser()
    browser.expire()
    const headers = { ...KINDS.document, 'sec-fetch-site': 'cross-site' }
    expect((await browser.send('/page', headers)).outcome).toBe('degraded')
    await browser.refresh()
    expect((await browser.open()).outcome).toBe('active')
  })

  it('is sent back again after a second link of another site: browsers do not renew before that, and it tells nothing of keys', async () => {
    const { browser } = await boundBrowser()
    browser.expire()
    const headers = { ...KINDS.document, 'sec-fetch-site': 'cross-site' }
    for (const link of ['/page', '/other']) {
      const outcome = await browser.send(link, headers)
      expect([outcome.outcome, outcome.refusal?.status]).toEqual(['degraded', 200])
    }
    await browser.refresh()
    expect((await browser.open()).outcome).toBe('active')
  })

  it.each([
    ['a navigation', { ...KINDS.navigation, ...OWN }, 'GET'],
    ['a fetch', { ...KINDS.api, ...OWN }, 'GET'],
    ['a fetch that posts', { ...KINDS.api, ...OWN }, 'POST'],
    ['a form', { ...KINDS.document, ...OWN }, 'POST'],
    ['an action', KINDS.action, 'POST'],
  ])(
    'is answered 401 on %s, with its timer cleared, so that it renews before it asks again',
    async (_, headers, method) => {
      const { browser, backend } = await boundBrowser()
      browser.expire()
      const outcome = await browser.send('/page', headers, method)
      expect(outcome.refusal?.status).toBe(401)
      expect(outcome.refusal?.headers.get('x-action-redirect')).toBe(
        headers === KINDS.action ? '/page;replace' : null,
      )
      expect(cookiesIn(outcome)).toEqual({ '__Host-device': '(cleared)' })
      expect(backend.calls).toHaveLength(1)
      await browser.refresh()
      expect((await browser.send('/page', headers, method)).outcome).toBe('active')
    },
  )
})
