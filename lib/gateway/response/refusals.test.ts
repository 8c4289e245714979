import { describe, expect, it } from 'vitest'
import { createHarness, KINDS, UNREACHABLE } from '../testing/harness.ts'

const harness = await createHarness({ signInPath: '/sign-in' })
const elsewhere = ['navigation', 'prefetch', 'api'] as const

/** The answer to a visitor without a session. */
const refused = async (path: string, kind: keyof typeof KINDS, method = 'GET') =>
  (await harness.send(path, { method, headers: KINDS[kind] })).refusal as Response

/** The answer to a visitor with an expired session while the backend is down. */
async function unavailable(path: string, kind: keyof typeof KINDS, method = 'GET') {
  harness.backend.answer = UNREACHABLE
  const cookies = { accessToken: await harness.expired(), refreshToken: 'r1' }
  const outcome = await harness.send(path, { method, headers: KINDS[kind], cookies })
  expect(outcome).toMatchObject({ outcome: 'degraded', setCookies: [], noStore: true })
  return outcome.refusal as Response
}

describe('refused', () => {
  it('a document is sent to the sign-in page, and knows the way back', async () => {
    const response = await refused('/sessions?page=2&q=%2F', 'document')
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/sign-in?returnTo=%2Fsessions%3Fpage%3D2%26q%3D%252F')
  })

  it('a form posted without JavaScript too', async () => {
    const posted = { method: 'POST', headers: { ...KINDS.document, 'sec-fetch-site': 'same-origin' } }
    const { refusal } = await harness.send('/note', posted)
    expect(refusal?.status).toBe(303)
    expect(refusal?.headers.get('location')).toBe('/sign-in?returnTo=%2Fnote')
  })

  it('a form that was posted elsewhere comes back to the page it was on, of this site alone', async () => {
    const locationAfter = async (referer: string, path = '/api/upload') => {
      const headers = { ...KINDS.document, 'sec-fetch-site': 'same-origin', referer }
      const { refusal } = await harness.send(path, { method: 'POST', headers })
      return decodeURIComponent(refusal?.headers.get('location')?.replace('/sign-in?returnTo=', '') ?? '')
    }
    expect(await locationAfter('http://app.test/files?page=2#top')).toBe('/files?page=2')
    expect(await locationAfter('http://app.test')).toBe('/')
    for (const foreign of [
      'https://app.test/files',
      'http://app.test:81/files',
      'http://evil.test/files',
      'http://app.test@evil.test/files',
      'app.test/files',
      '/files',
      '',
    ])
      expect([foreign, await locationAfter(foreign)]).toEqual([foreign, '/api/upload'])
    expect(await locationAfter('http://app.test//evil.test/')).toBe('/')
    expect(await locationAfter('http://app.test/\\evil.test')).toBe('/')
  })

  it('what is loaded or called comes back to itself, whatever page it was on', async () => {
    const referer = 'http://app.test/files'
    const opened = await harness.send('/note', { headers: { ...KINDS.document, referer } })
    expect(opened.refusal?.headers.get('location')).toBe('/sign-in?returnTo=%2Fnote')
    const called = await harness.send('/note', { method: 'POST', headers: { ...KINDS.action, referer } })
    expect(called.refusal?.headers.get('x-action-redirect')).toContain('returnTo=%2Fnote;')
  })

  it.each(elsewhere)(
    'a request of kind %s is told so: no redirect that its router would keep',
    async (kind) => {
      const response = await refused('/sessions', kind)
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(response.headers.get('location')).toBeNull()
      expect(await response.json()).toEqual({ error: 'unauthenticated' })
    },
  )

  it('a server action ends on the sign-in page, with the page it was called from as the way back', async () => {
    const response = await refused('/sessions?page=2', 'action', 'POST')
    expect(response.status).toBe(401)
    expect(response.headers.get('x-action-redirect')).toBe('/sign-in?returnTo=%2Fsessions%3Fpage%3D2;push')
    expect(await response.json()).toEqual({ error: 'unauthenticated' })
  })

  it('the way back is a path of this site, whatever was asked for', async () => {
    const response = await refused('http://app.test//evil.example/', 'document')
    expect(response.headers.get('location')).toBe('/sign-in?returnTo=%2F')
  })

  it('nothing of it may be stored', async () => {
    for (const kind of [...elsewhere, 'document'] as const)
      expect(await harness.send('/sessions', { headers: KINDS[kind] })).toMatchObject({
        noStore: true,
        setCookies: [],
      })
  })
})

describe('unavailable', () => {
  it('a document gets a page that tries again by itself', async () => {
    const response = await unavailable('/sessions?a=1&b="><script>', 'document')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    const [, nonce = ''] =
      /script-src 'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '') ?? []
    expect(response.headers.get('content-type')).toContain('text/html')
    const page = await response.text()
    expect(page).toContain('href="/sessions?a=1&amp;b=%22%3E%3Cscript%3E"')
    expect(page).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>')
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).toContain(`<script nonce="${nonce}">`)
  })

  it('each answer has a nonce of its own', async () => {
    const policies = await Promise.all(
      [1, 2].map(async () =>
        (await unavailable('/sessions', 'document')).headers.get('content-security-policy'),
      ),
    )
    expect(new Set(policies).size).toBe(2)
  })

  it('a form posted without JavaScript is not sent again behind its owner’s back', async () => {
    const cookies = { accessToken: await harness.expired(), refreshToken: 'r1' }
    const headers = { ...KINDS.document, 'sec-fetch-site': 'same-origin', referer: 'http://app.test/notes' }
    harness.backend.answer = UNREACHABLE
    const { refusal } = await harness.send('/note', { method: 'POST', headers, cookies })
    expect(refusal?.status).toBe(503)
    const page = (await refusal?.text()) ?? ''
    expect(page).toContain('nothing you sent was processed')
    expect(page).toContain('href="/notes"')
    expect(page).not.toMatch(/<script|http-equiv="refresh"/)
  })

  it.each(elsewhere)('a request of kind %s gets JSON', async (kind) => {
    const response = await unavailable('/sessions', kind)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' })
  })

  it('a server action gets JSON, so that the page keeps what was typed', async () => {
    const response = await unavailable('/sessions', 'action', 'POST')
    expect(response.status).toBe(503)
    expect(response.headers.get('x-action-redirect')).toBeNull()
  })
})

describe('a request that another site sent', () => {
  const cookies = async () => ({ accessToken: await harness.expired(), refreshToken: 'r1' })

  it('is refused before anything in it is believed: nothing is asked, nothing changes', async () => {
    const calls = harness.backend.calls.length
    const outcome = await harness.send('/', {
      method: 'POST',
      headers: { ...KINDS.api, 'sec-fetch-site': 'cross-site' },
      cookies: await cookies(),
    })
    expect(outcome).toMatchObject({ outcome: 'anonymous', session: null, setCookies: [], noStore: true })
    expect(outcome.refusal?.status).toBe(403)
    expect(harness.backend.calls).toHaveLength(calls)
    expect(harness.events.at(-1)).toEqual({
      type: 'origin.refused',
      sid: null,
      traceId: null,
      method: 'POST',
      path: '/',
      kind: 'api',
    })
  })

  it('may not post without saying where it comes from, if it carries a session', async () => {
    const post = { method: 'POST', headers: KINDS.api }
    expect((await harness.send('/', { ...post, cookies: await cookies() })).refusal?.status).toBe(403)
    expect((await harness.send('/', post)).refusal).toBeNull()
  })

  it('is known by its Origin; the proxy’s host counts only when the proxy is trusted', async () => {
    const trusting = await createHarness({ trustProxy: true })
    const headers = {
      ...KINDS.api,
      origin: 'https://shop.example',
      'x-forwarded-host': 'shop.example, inner',
      'x-forwarded-proto': 'https',
    }
    const post = { method: 'POST', headers, cookies: { theme: 'dark' } }
    expect((await trusting.send('/', post)).refusal).toBeNull()
    expect((await harness.send('/', post)).refusal?.status).toBe(403)
    const own = { ...KINDS.api, origin: 'http://app.test' }
    expect((await harness.send('/', { ...post, headers: own })).refusal).toBeNull()
  })
})
