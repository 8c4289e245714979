import { describe, expect, it } from 'vitest'
import { cookiesIn, KINDS } from '../gateway/testing/harness.ts'
import { askedIn, boundHarness, fakeBrowser, OWN } from './testing/fake-browser.ts'

const RULES = [
  { path: '/', require: 'public' },
  { path: '/billing', require: { device: 'bound' } },
  { path: '/both', require: { device: 'bound', authenticatedWithin: 60 } },
] as const

async function signedIn(mode: 'prefer' | 'require' = 'prefer') {
  const harness = await boundHarness({ mode }, { rules: RULES })
  const browser = await fakeBrowser(harness)
  await browser.signIn()
  return { ...harness, browser }
}

describe('mode `require`', () => {
  it('ends a session with its first access token that was not bound until then', async () => {
    const { browser, backend, decisions } = await signedIn('require')
    expect((await browser.open()).outcome).toBe('active')
    browser.expire()
    const outcome = await browser.open()
    expect(outcome.outcome).toBe('ended')
    expect(outcome.refusal?.headers.get('location')).toBe(
      '/login?returnTo=%2Fpage&reason=device_binding_required',
    )
    expect(cookiesIn(outcome)).toMatchObject({ '__Host-refreshToken': '(cleared)' })
    expect(decisions.at(-1)).toMatchObject({ type: 'session.ended', reason: 'device_binding_required' })
    expect(backend.calls).toEqual([])
  })

  it('passes public pages as nobody, and a later page says why', async () => {
    const { browser } = await signedIn('require')
    browser.expire()
    expect((await browser.open('/')).refusal).toBeNull()
    const { refusal } = await browser.open()
    expect(refusal?.headers.get('location')).toContain('reason=device_binding_required')
  })

  it('lets a bound one go on', async () => {
    const { browser } = await signedIn('require')
    await browser.bind()
    browser.expire()
    expect((await browser.refresh()).refusal?.status).toBe(200)
    expect((await browser.open()).outcome).toBe('active')
  })
})

describe('a rule with `device: bound`', () => {
  it('waits once for a browser that is being asked, then leads to the sign-in page', async () => {
    const { browser } = await signedIn()
    const first = await browser.open('/billing')
    expect(askedIn(first)).toBeTruthy()
    expect(await first.refusal?.text()).toContain('<meta http-equiv="refresh" content="1">')
    const second = await browser.open('/billing')
    expect(second.refusal?.headers.get('location')).toBe(
      '/login?returnTo=%2Fbilling&reason=device_binding_required',
    )
    expect(cookiesIn(second)).toEqual({})
  })

  it('waits for it behind a link of another site, too, as after a sign-in at an OpenID provider', async () => {
    const { browser } = await signedIn()
    const led = await browser.open('/billing', { 'sec-fetch-site': 'cross-site' })
    expect([led.refusal?.status, askedIn(led), cookiesIn(led)]).toEqual([200, '', {}])
    expect(await led.refusal?.text()).toContain('<meta http-equiv="refresh" content="1">')
    const asked = await browser.open('/billing')
    expect(askedIn(asked)).toBeTruthy()
    expect(await asked.refusal?.text()).toContain('<meta http-equiv="refresh" content="1">')
    expect((await browser.open('/billing')).refusal?.headers.get('location')).toContain(
      'reason=device_binding_required',
    )
  })

  it('passes when the session is bound', async () => {
    const { browser } = await signedIn()
    await browser.bind()
    expect((await browser.open('/billing')).refusal).toBeNull()
  })

  it.each([
    ['a fetch', { ...KINDS.api, ...OWN }, 'GET', '{"error":"device_binding_required"}'],
    ['a navigation', { ...KINDS.navigation, ...OWN }, 'GET', '{"error":"device_binding_required"}'],
    ['an action', KINDS.action, 'POST', '{"error":"unauthenticated"}'],
  ])('answers %s 401', async (_, headers, method, body) => {
    const { browser } = await signedIn()
    const { refusal } = await browser.send('/billing', headers, method)
    expect(refusal?.status).toBe(401)
    expect(await refusal?.text()).toBe(body)
    if (method === 'POST')
      expect(refusal?.headers.get('x-action-redirect')).toContain('reason=device_binding_required')
  })

  it('asks for a younger sign-in first, where that is missing, too', async () => {
    const { browser, clock } = await signedIn()
    clock.advance(61_000)
    const { refusal } = await browser.open('/both')
    expect(refusal?.headers.get('location')).toContain('reason=reauthenticate')
  })

  it('is not met by somebody else’s bound cookie', async () => {
    const { browser, send, token } = await signedIn()
    await browser.bind()
    const [, sealed = ''] = /__Host-refreshToken=([^;]*)/.exec(browser.steal()) ?? []
    const cookies = { '__Host-accessToken': await token({ sid: 'session-2' }), '__Host-refreshToken': sealed }
    const { refusal } = await send('/billing', { headers: KINDS.api, cookies })
    expect(refusal?.status).toBe(401)
  })

  it('lets nobody pass where devices are not bound', async () => {
    const { send, fresh } = await boundHarness({}, { rules: RULES, deviceBinding: 'off' })
    const cookies = { '__Host-accessToken': await fresh(), '__Host-refreshToken': 'r1' }
    expect((await send('/billing', { headers: KINDS.api, cookies })).refusal?.status).toBe(401)
  })
})
