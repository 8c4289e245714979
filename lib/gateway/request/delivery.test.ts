import { describe, expect, it } from 'vitest'
import { parseCookieHeader } from '../cookies/header.ts'
import { cookiesIn, createHarness, KINDS } from '../testing/harness.ts'
import type { UndeliverablePath } from './delivery.ts'
import { compileDelivery } from './delivery.ts'

const PATHS: readonly UndeliverablePath[] = [
  { path: '/legacy(?:/.*)?', elsewhere: true },
  { path: '/partners/[^/]+', elsewhere: true, has: [{ type: 'query', key: 'from', value: 'out(side)?' }] },
  { path: '/tenant', elsewhere: true, has: [{ type: 'host', value: '(?<name>.*)\\.example' }] },
  { path: '/beta', elsewhere: true, missing: [{ type: 'cookie', key: 'stable' }] },
  { path: '/flag', elsewhere: true, has: [{ type: 'header', key: 'X-Flag' }] },
  { path: '/shared' },
]

function destinationOf(path: string, headers: Record<string, string> = {}) {
  const { pathname, search } = new URL(path, 'http://app.test')
  const pairs = parseCookieHeader(headers.cookie ?? null)
  return compileDelivery(PATHS)({ pathname, search, headers: new Map(Object.entries(headers)), pairs })
}

const APP = { delivery: 'possible', elsewhere: false }
const APP_WITHOUT_COOKIES = { delivery: 'impossible', elsewhere: false }
const ELSEWHERE = { delivery: 'impossible', elsewhere: true }

describe('where an answer comes from', () => {
  it.each<[string, object, Record<string, string>?]>([
    ['/', APP],
    ['/dashboard', APP],
    ['/shared', APP_WITHOUT_COOKIES],
    ['/legacy', ELSEWHERE],
    ['/legacy/', ELSEWHERE],
    ['/LEGACY/x', ELSEWHERE],
    ['/legacyx', APP],
    ['/_next/data/build/legacy/x.json', ELSEWHERE],
    ['/_next/data/build/dashboard.json', APP],
    ['/_next/image?url=%2Fphoto.png', APP_WITHOUT_COOKIES],
    ['/_next/static/chunks/main.js', APP_WITHOUT_COOKIES],
    ['/base/_next/image', APP_WITHOUT_COOKIES],
    ['/partners/a', APP],
    ['/partners/a?from=outside', ELSEWHERE],
    ['/partners/a?from=outsider', APP],
    ['/partners/a?from=x&from=out', ELSEWHERE],
    ['/tenant', APP, { host: 'app.test' }],
    ['/tenant', ELSEWHERE, { host: 'One.example:3000' }],
    ['/beta', ELSEWHERE],
    ['/beta', APP, { cookie: 'stable=1' }],
    ['/flag', APP],
    ['/flag', ELSEWHERE, { 'x-flag': 'on' }],
    ['/dashboard', APP_WITHOUT_COOKIES, { upgrade: 'websocket' }],
    ['/legacy', ELSEWHERE, { upgrade: 'websocket' }],
  ])('%s: %o %o', (path, expected, headers) => {
    expect(destinationOf(path, headers)).toEqual(expected)
  })
})

describe.each<[string, string, Record<string, string>]>([
  ['next.js #29488: a rewrite to another origin', '/legacy/x', {}],
  ['next.js #33199: an upgrade', '/dashboard', { connection: 'Upgrade', upgrade: 'websocket' }],
  ['next.js #70515: the image optimizer', '/_next/image?url=%2Fphoto.png', {}],
])('%s is decided by the access token alone', (_, path, more) => {
  const visit = async (state: 'valid' | 'expiring' | 'expired' | 'none', public_ = false) => {
    const harness = await createHarness({
      undeliverable: PATHS,
      rules: public_ ? [{ path: '/:path*', require: 'public' }] : [],
    })
    const token = state === 'none' ? {} : { accessToken: await harness[state]() }
    const cookies = { theme: 'dark', ...token, refreshToken: 'r1', userDataEtls: 'x' }
    const outcome = await harness.send(path, { headers: { ...KINDS.api, ...more }, cookies })
    return { outcome, calls: harness.backend.calls.length }
  }

  it.each(['valid', 'expiring'] as const)('%s: passes', async (state) => {
    const { outcome, calls } = await visit(state)
    expect([outcome.outcome, outcome.refusal, calls, cookiesIn(outcome)]).toEqual(['active', null, 0, {}])
  })

  it.each(['expired', 'none'] as const)('%s: 401, and the refresh token is not spent', async (state) => {
    const { outcome, calls } = await visit(state)
    expect([outcome.outcome, outcome.refusal?.status, calls, cookiesIn(outcome)]).toEqual([
      'anonymous',
      401,
      0,
      {},
    ])
  })

  it.each(['expired', 'none'] as const)('%s on a public path: passes without a session', async (state) => {
    const { outcome, calls } = await visit(state, true)
    expect([outcome.outcome, outcome.refusal, outcome.session, calls]).toEqual(['anonymous', null, null, 0])
    expect(outcome.requestHeaders?.get('cookie')).not.toContain('accessToken')
  })
})

describe('another server', () => {
  it.each(['valid', 'expired'] as const)('is sent no cookie of the session (%s)', async (state) => {
    const harness = await createHarness({
      undeliverable: PATHS,
      rules: [{ path: '/:path*', require: 'public' }],
    })
    const cookies = {
      theme: 'dark',
      accessToken: await harness[state](),
      '__Host-refreshToken': 'r1',
      'refreshToken.0': 'r1',
      userDataEtls: 'x',
      signedOut: 's',
    }
    const { requestHeaders } = await harness.send('/legacy/x', { headers: KINDS.api, cookies })
    expect(requestHeaders?.get('cookie')).toBe('theme=dark')
  })
})

it('a page that cannot deliver cookies answers a document 401, and goes on to the sign-in page', async () => {
  const { send } = await createHarness({ undeliverable: PATHS })
  const { refusal } = await send('/legacy/x?a=1&b="', { cookies: { refreshToken: 'r1' } })
  expect([refusal?.status, refusal?.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  const target = '/login?returnTo=%2Flegacy%2Fx%3Fa%3D1%26b%3D%2522'
  expect(await refusal?.text()).toContain(`<meta http-equiv="refresh" content="0;url=${target}">`)
})

it('a name of a session cookie that is there twice is cleared on the next answer that can carry cookies', async () => {
  const { send } = await createHarness({ undeliverable: PATHS })
  const cookies = 'accessToken=a; accessToken=b; refreshToken=r1'
  expect(cookiesIn(await send('/shared', { headers: KINDS.api, cookies }))).toEqual({})
  expect(Object.keys(cookiesIn(await send('/', { headers: KINDS.api, cookies })))).toContain('accessToken')
})

it('a rule may say that a path never renews', async () => {
  const rules = [{ path: '/relay/:path*', require: 'session', renew: 'never' }] as const
  const { send, backend, valid } = await createHarness({ rules })
  const refused = await send('/relay/x', { headers: KINDS.api, cookies: { refreshToken: 'r1' } })
  expect([refused.refusal?.status, refused.setCookies, backend.calls]).toEqual([401, [], []])
  const cookies = { accessToken: await valid(), refreshToken: 'r1' }
  expect((await send('/relay/x', { headers: KINDS.api, cookies })).outcome).toBe('active')
})
