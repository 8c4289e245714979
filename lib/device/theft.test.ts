import { describe, expect, it } from 'vitest'
import { cookiesIn, KINDS } from '../gateway/testing/harness.ts'
import { handMade } from '../gateway/testing/issuer.ts'
import { askedIn, boundHarness, deviceKey, fakeBrowser, OWN, REFRESH } from './testing/fake-browser.ts'

async function boundBrowser() {
  const harness = await boundHarness()
  const browser = await fakeBrowser(harness)
  await browser.bind()
  return { ...harness, browser, harness }
}

describe('RFC 9700 2.2.2: a thief with the copied jar', () => {
  it('is on the sign-in page one life of an access token later; the victim goes on', async () => {
    const { browser, send, clock, events, backend } = await boundBrowser()
    const stolen = browser.steal()
    expect((await send('/page', { cookies: stolen })).outcome).toBe('active')
    browser.expire()
    const first = await send('/page', { headers: { ...KINDS.document, ...OWN }, cookies: stolen })
    expect(first.outcome).toBe('degraded')
    expect(cookiesIn(first)).toEqual({ '__Host-device': '(cleared)', '__Host-bounced': '1' })
    const again = await send('/page', { cookies: `${stolen}; __Host-bounced=1` })
    expect(again.outcome).toBe('ended')
    expect(again.refusal?.headers.get('location')).toBe('/login?returnTo=%2Fpage&reason=device_key_missing')
    expect(cookiesIn(again)).toMatchObject({
      '__Host-refreshToken': '(cleared)',
      '__Host-bounced': '(cleared)',
    })
    expect(events.at(-1)).toMatchObject({ type: 'device.lost', sid: 'session-1' })
    expect(backend.calls).toHaveLength(1)
    clock.advance(1000)
    expect((await browser.refresh()).refusal?.status).toBe(200)
    expect((await browser.open()).outcome).toBe('active')
  })

  it('says what a browser says that could not renew, and gets 503 alone', async () => {
    const { browser, send, events } = await boundBrowser()
    const stolen = browser.steal()
    browser.expire()
    const headers = { ...KINDS.document, 'secure-session-skipped': 'quota_exceeded;session_identifier="x"' }
    const { outcome, refusal, setCookies } = await send('/page', { headers, cookies: stolen })
    expect([outcome, refusal?.status, setCookies]).toEqual(['degraded', 503, []])
    expect(events.at(-1)).toMatchObject({ type: 'device.skipped', reason: 'quota_exceeded' })
  })

  it('is of no use at the backend: the cookie holds nothing that it knows', async () => {
    const { browser, backend } = await boundBrowser()
    const [, sealed = ''] = /__Host-refreshToken=([^;]*)/.exec(browser.steal()) ?? []
    const answer = await backend.answer({
      refreshToken: sealed,
      headers: new Headers(),
      signal: new AbortController().signal,
    })
    expect(answer.status).toBe(403)
  })

  it('binds nothing: a session is bound once', async () => {
    const { browser, send } = await boundBrowser()
    const thief = await deviceKey()
    const headers = {
      ...OWN,
      'secure-session-response': await thief.prove('1', { header: { jwk: thief.jwk } }),
    }
    const { refusal } = await send('/session/device', { method: 'POST', headers, cookies: browser.steal() })
    expect(refusal?.status).toBe(400)
  })
})

describe('a forged proof at the refresh endpoint', () => {
  it.each([
    ['of no algorithm', 401],
    ['of another algorithm', 401],
    ['of another key', 401],
    ['of another key, brought along', 401],
    ['of a sibling origin', 401],
    ['with an old challenge', 403],
    ['with a challenge of another session', 403],
    ['with the challenge of a registration', 403],
    ['that was used for the parent', 403],
  ] as const)('%s is answered %i, changes no cookie, and never reaches the backend', async (kind, status) => {
    const { browser, clock, backend, events, harness } = await boundBrowser()
    const { key, state } = browser
    const other = await fakeBrowser(harness)
    const used = await key.prove(state.challenge ?? '')
    const proofs = {
      'of no algorithm': () => handMade({ alg: 'none', typ: 'dbsc+jwt' }, { jti: state.challenge }, ''),
      'of another algorithm': async () => (await deviceKey('ES384')).prove(state.challenge ?? ''),
      'of another key, brought along': () =>
        other.key.prove(state.challenge ?? '', { header: { jwk: other.key.jwk } }),
      'of another key': () => other.key.prove(state.challenge ?? ''),
      'of a sibling origin': () =>
        key.prove(state.challenge ?? '', { claims: { aud: `https://evil.app.test${REFRESH}` } }),
      'with an old challenge': () => {
        clock.advance(1_201_000)
        return key.prove(state.challenge ?? '')
      },
      'with a challenge of another session': async () => {
        await other.bind()
        // The backend of these tests begins each session with the same refresh token.
        await other.refresh()
        return key.prove(other.state.challenge ?? '')
      },
      'with the challenge of a registration': async () => {
        await other.signIn()
        const asked = askedIn(await other.open())
        return key.prove(/challenge="([^"]*)"/.exec(asked)?.[1] ?? '')
      },
      'that was used for the parent': async () => {
        await browser.refresh()
        return used
      },
    }
    const proof = await proofs[kind]()
    const calls = backend.calls.length
    const { refusal, setCookies } = await browser.post({ 'secure-session-response': proof })
    expect(refusal?.status).toBe(status)
    expect(setCookies).toEqual([])
    expect(backend.calls).toHaveLength(calls)
    if (status === 401)
      expect(events.at(-1)).toMatchObject({ type: 'device.proof-invalid', sid: 'session-1' })
    else expect(refusal?.headers.get('secure-session-challenge')).toBeTruthy()
  })

  it('with another id, or none, ends nothing: 401, no cookie touched', async () => {
    const { browser, backend } = await boundBrowser()
    for (const id of ['', 'another']) {
      const { refusal, setCookies } = await browser.post({
        'sec-secure-session-id': id,
        'secure-session-response': await browser.key.prove(browser.state.challenge ?? ''),
      })
      expect([refusal?.status, setCookies]).toEqual([401, []])
    }
    expect(backend.calls).toHaveLength(1)
  })

  it('from a page of a sibling, which cannot name the device session, ends nothing', async () => {
    const { browser, send } = await boundBrowser()
    const headers = { 'sec-fetch-site': 'same-site', origin: 'https://evil.app.test' }
    const sent = { method: 'POST', headers, cookies: browser.jar.header() }
    const { refusal, setCookies } = await send(REFRESH, sent)
    expect([refusal?.status, setCookies]).toEqual([401, []])
  })
})

describe('a forged registration', () => {
  it.each([
    ['with a challenge that is too old', 61_000, undefined],
    ['with a challenge that nobody made', 0, '1900000000.AAAA'],
  ])('%s binds nothing, and leaves the session as it is', async (_, milliseconds, made) => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness)
    await browser.signIn()
    const asked = askedIn(await browser.open())
    harness.clock.advance(milliseconds)
    const proof = made && (await browser.key.prove(made, { header: { jwk: browser.key.jwk } }))
    const { refusal, setCookies } = await browser.register(asked, proof)
    expect([refusal?.status, setCookies]).toEqual([400, []])
    expect(harness.backend.calls).toEqual([])
    expect((await browser.open()).outcome).toBe('active')
  })

  it.each([
    ['of no algorithm', 'malformed'],
    ['of another algorithm', 'alg'],
    ['without a key', 'key'],
    ['of another key than it brings', 'signature'],
    ['of a sibling origin', 'aud'],
    ['over the challenge of another session', undefined],
  ] as const)('%s binds nothing', async (kind, reason) => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness)
    await browser.signIn()
    const asked = askedIn(await browser.open())
    const [, challenge = ''] = /challenge="([^"]*)"/.exec(asked) ?? []
    const { key } = browser
    const header = { jwk: key.jwk }
    const theirs = async () => {
      const cookies = {
        '__Host-accessToken': await harness.token({ sid: 'session-2' }),
        '__Host-refreshToken': 'r1',
      }
      const page = await harness.send('/page', { headers: { ...KINDS.document, ...OWN }, cookies })
      return /challenge="([^"]*)"/.exec(askedIn(page))?.[1] ?? ''
    }
    const proofs = {
      'of no algorithm': () => handMade({ alg: 'none', typ: 'dbsc+jwt', ...header }, { jti: challenge }, ''),
      'of another algorithm': async () => (await deviceKey('ES384')).prove(challenge, { header }),
      'without a key': () => key.prove(challenge),
      'of another key than it brings': async () => (await deviceKey()).prove(challenge, { header }),
      'of a sibling origin': () =>
        key.prove(challenge, { header, claims: { aud: 'https://evil.app.test/session/device' } }),
      'over the challenge of another session': async () => key.prove(await theirs(), { header }),
    }
    const { refusal, setCookies } = await browser.register(asked, await proofs[kind]())
    expect([refusal?.status, setCookies, harness.backend.calls]).toEqual([400, [], []])
    expect(harness.events).toEqual(
      reason ? [expect.objectContaining({ type: 'device.proof-invalid', reason })] : [],
    )
  })
})

describe('a sealed cookie that nobody here has made', () => {
  it('is cleared, and the session is over', async () => {
    const { send, decisions } = await boundHarness()
    const outcome = await send('/page', { cookies: { '__Host-refreshToken': 'b1.a..b.c.d' } })
    expect(outcome.outcome).toBe('ended')
    expect(cookiesIn(outcome)).toMatchObject({ '__Host-refreshToken': '(cleared)' })
    expect(decisions.at(-1)).toMatchObject({ type: 'session.ended', reason: 'invalid_refresh_token' })
  })

  it('is left alone while the access token is good: another process may have the secret already', async () => {
    const harness = await boundHarness()
    const cookies = { '__Host-accessToken': await harness.valid(), '__Host-refreshToken': 'b1.a..b.c.d' }
    const outcome = await harness.send('/page', { cookies })
    expect(outcome.outcome).toBe('active')
    expect(cookiesIn(outcome)).toEqual({})
  })
})
