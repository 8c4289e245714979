import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cookieJar } from './testing/cookie-jar.ts'
import { cookiesIn, createHarness, KINDS, refusing, SILENT, UNREACHABLE } from './testing/harness.ts'

const PROTECTED = '/dashboard'
const rules = [
  { path: '/', require: 'public' },
  { path: '/login', require: 'public' },
] as const

describe('what goes wrong elsewhere', () => {
  it('nextjs-auth0 #1934: an action posted at expiry is renewed and carried out, not lost', async () => {
    const { expired, send } = await createHarness()
    const cookies = { accessToken: await expired(), refreshToken: 'r1' }
    const outcome = await send(PROTECTED, { method: 'POST', headers: KINDS.action, cookies })
    expect(outcome).toMatchObject({ outcome: 'renewed', refusal: null })
    expect(outcome.requestHeaders?.get('cookie')).toContain('refreshToken=r2')
    expect(outcome.requestHeaders?.get('next-action')).toBe(KINDS.action['next-action'])
  })

  it('nextjs-auth0 #2450: fifty prefetches pile up nothing', async () => {
    const { backend, expired, send } = await createHarness()
    const prefetchAll = (cookies = {}) =>
      Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          send(`/page-${index}`, { headers: KINDS.prefetch, cookies }),
        ),
      )
    for (const outcome of await prefetchAll())
      expect(outcome).toMatchObject({ outcome: 'anonymous', setCookies: [], refusal: { status: 401 } })
    await prefetchAll({ accessToken: await expired(), refreshToken: 'r1' })
    expect(backend.calls).toHaveLength(1)
  })

  it.each([
    ['refuses', refusing()],
    ['is down', UNREACHABLE],
    ['is silent', SILENT],
    ['answers nonsense', () => new Response('<html>')],
    ['issues what has ended', () => Response.json({ accessToken: 'a.b.c', refreshToken: 'r1' })],
    ['sends its clients round', () => Response.redirect('http://app.test/dashboard', 307)],
  ] as const)('clerk #1324: one redirect at most, when the backend %s', async (_, answer) => {
    const { backend, expired, send } = await createHarness({ rules, refreshTimeout: 20 })
    backend.answer = answer
    const jar = cookieJar()
    jar.receive([`accessToken=${await expired()}`, 'refreshToken=r1'])
    let location: string | null | undefined = PROTECTED
    const visited: string[] = []
    while (location && visited.length < 10) {
      visited.push(location)
      const outcome = await send(location, { cookies: jar.header() })
      jar.receive(outcome.setCookies)
      location = outcome.refusal?.headers.get('location')
    }
    expect(visited.length).toBeLessThanOrEqual(2)
  })

  it('supabase #27666: cookies that are cleared are not lost on the redirect to the sign-in page', async () => {
    const { backend, expired, send } = await createHarness()
    backend.answer = refusing()
    const outcome = await send(PROTECTED, { cookies: { accessToken: await expired(), refreshToken: 'r1' } })
    expect(outcome.refusal?.status).toBe(303)
    expect(cookiesIn(outcome)).toEqual({ accessToken: '(cleared)', refreshToken: '(cleared)' })
  })

  it('a cookie with non-Latin-1 characters makes fetch throw: it stays with the browser', async () => {
    const { backend, expired, send } = await createHarness({ forwardCookies: ['name'] })
    const name = Buffer.from('名前').toString('latin1')
    const outcome = await send(PROTECTED, {
      cookies: `name=${name}; accessToken=${await expired()}; refreshToken=r1`,
    })
    expect(outcome.outcome).toBe('renewed')
    expect(outcome.requestHeaders?.get('cookie')).toContain(`name=${name}; `)
    expect(backend.calls[0]?.headers.get('cookie')).toBe('refreshToken=r1')
  })
})

const harness = await createHarness({ rules, refreshTimeout: 20, relayCookies: ['lang'] })
const good = await harness.valid()
const tokens = [
  good,
  await harness.expiring(),
  await harness.expired(),
  await harness.token({ sid: 7 }),
  'a.b.c',
  '%',
  '',
]

describe('whatever a browser sends, and whatever the backend answers', () => {
  const { backend, decisions, events, send } = harness
  const up = backend.answer
  const lang = { headers: { 'set-cookie': 'lang=de' } }
  const answers = [
    up,
    refusing(401, 'r1'),
    UNREACHABLE,
    () => new Response('<html>', lang),
    () => Response.json({ accessToken: good, refreshToken: 'child', userData: { name: '名前' } }, lang),
  ]
  const name = fc.constantFrom(
    'accessToken',
    'refreshToken',
    'userDataEtls',
    'signedOut',
    'refreshToken.0',
    'theme',
    '',
  )
  const text = fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  })
  const value = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...tokens) }, text)
  const visit = fc.record({
    path: fc.constantFrom('/', '/login', PROTECTED, '/%', '/a%2Fb', '//evil.example/', '/x.rsc?_rsc=%'),
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE'),
    kind: fc.constantFrom(...Object.values(KINDS)),
    cookies: fc
      .array(fc.tuple(name, value), { maxLength: 6 })
      .map((all) => all.map((pair) => pair.join('=')).join('; ')),
    answer: fc.constantFrom(...answers),
  })

  it('nothing throws, every response is safe to send, and no event holds a token', async () => {
    await fc.assert(
      fc.asyncProperty(visit, async ({ path, method, kind, cookies, answer }) => {
        backend.answer = answer
        const outcome = await send(`http://app.test${path}`, { method, headers: kind, cookies })
        // next.js #96266, supabase/ssr #176: a CDN that stores a Set-Cookie signs strangers in.
        if (outcome.setCookies.length > 0 || outcome.refusal || outcome.session)
          expect(outcome.noStore).toBe(true)
        if (outcome.outcome === 'degraded')
          expect(outcome.setCookies.filter((header) => !header.includes('; Max-Age=0;'))).toEqual([])
        for (const header of outcome.setCookies)
          expect(() => new Headers([['set-cookie', header]])).not.toThrow()
        const location = outcome.refusal?.headers.get('location') ?? '/'
        expect(new URL(location, 'http://app.test').origin).toBe('http://app.test')
      }),
      { numRuns: 250 },
    )
    expect(events.length).toBeGreaterThan(20)
    const secrets = [...tokens.filter((token) => token.length > 10), 'child']
    const told = [...events, ...decisions]
    const log = JSON.stringify(told)
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([])
    for (const event of told) expect(JSON.stringify(event).length).toBeLessThan(600)
  })
})
