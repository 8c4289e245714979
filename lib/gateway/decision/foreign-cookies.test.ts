import { describe, expect, it } from 'vitest'
import { cookiesIn, createHarness, KINDS, refusing } from '../testing/harness.ts'
import { createIssuer, goodClaims } from '../testing/issuer.ts'

const NOTHING_TOUCHED = { outcome: 'anonymous', session: null, setCookies: [] }
const HTTPS = { cookieSecure: true }
const neighbour = await createIssuer('HS256', 'theirs', 'the secret of another app on the same host')
const stranger = await createIssuer('ES256')

describe('next-auth #4119, #7296: over http, cookies of another app on the host are left alone', () => {
  it.each([
    ['HS256, another secret', neighbour],
    ['ES256, an unknown key', stranger],
  ])('an access token of theirs: %s', async (_name, issuer) => {
    const { clock, send } = await createHarness()
    const cookies = { accessToken: await issuer.sign(goodClaims(clock.seconds())) }
    expect(await send('/dashboard', { cookies })).toMatchObject({
      ...NOTHING_TOUCHED,
      refusal: { status: 303 },
    })
    const page = await send('/', { cookies })
    expect(page).toMatchObject({ ...NOTHING_TOUCHED, refusal: null })
    expect(page.requestHeaders?.get('cookie')).toBeNull()
  })

  it.each([
    ['alone', undefined],
    ['with an access token of theirs', neighbour],
    ['with something that is no token of ours', 'opaque'],
  ])('a refresh token that the backend does not know, %s', async (_name, issuer) => {
    const { backend, clock, send } = await createHarness()
    const accessToken = typeof issuer === 'object' ? await issuer.sign(goodClaims(clock.seconds())) : issuer
    const cookies = { refreshToken: 'theirs', ...(accessToken && { accessToken }) }
    for (const path of ['/dashboard', '/', '/dashboard'])
      expect(await send(path, { cookies })).toMatchObject(NOTHING_TOUCHED)
    clock.advance(3_600_000)
    expect(await send('/', { cookies })).toMatchObject(NOTHING_TOUCHED)
    expect(backend.calls).toHaveLength(1)
  })

  it('it is told once, with the names and no value', async () => {
    const { clock, events, send } = await createHarness()
    const accessToken = await neighbour.sign(goodClaims(clock.seconds()))
    for (const refreshToken of ['theirs', 'another'])
      for (const path of ['/', '/dashboard']) await send(path, { cookies: { accessToken, refreshToken } })
    const told = events.filter(({ type }) => type === 'cookies.foreign')
    expect(told).toMatchObject([{ path: '/', names: ['accessToken', 'refreshToken'] }])
    expect(JSON.stringify(told)).not.toContain(accessToken)
  })

  it('signing in here works beside them', async () => {
    const { send, valid } = await createHarness()
    await send('/', { cookies: { refreshToken: 'theirs' } })
    const cookies = { accessToken: await valid(), refreshToken: 'r1' }
    expect((await send('/dashboard', { cookies })).outcome).toBe('active')
  })

  it('so many are remembered, and no more', async () => {
    const { backend, clock, send } = await createHarness()
    for (let number = 0; number <= 1000; number += 1)
      await send('/', { headers: KINDS.api, cookies: { refreshToken: `theirs-${number}` } })
    backend.calls.length = 0
    // Longer than a renewal's answer is shared.
    clock.advance(11_000)
    await send('/', { cookies: { refreshToken: 'theirs-1000' } })
    expect(backend.calls).toHaveLength(0)
    await send('/', { cookies: { refreshToken: 'theirs-0' } })
    expect(backend.calls).toHaveLength(1)
  })
})

describe('what was this gateway’s own still ends', () => {
  it('with an access token of its own beside the refused one', async () => {
    const { expired, send } = await createHarness()
    const cookies = { accessToken: await expired(), refreshToken: 'unknown' }
    const outcome = await send('/dashboard', { cookies })
    expect([outcome.outcome, cookiesIn(outcome)]).toMatchObject([
      'ended',
      { accessToken: '(cleared)', refreshToken: '(cleared)' },
    ])
  })

  it.each(['session_revoked', 'refresh_token_expired', 'refresh_token_reused'])(
    'by any other word of the backend: %s',
    async (word) => {
      const { backend, send } = await createHarness()
      backend.answer = refusing(403, word)
      expect((await send('/dashboard', { cookies: { refreshToken: 'r1' } })).outcome).toBe('ended')
    },
  )

  it('what is no token at all is cleared, as before', async () => {
    const { send } = await createHarness()
    const outcome = await send('/', { cookies: { accessToken: 'x' } })
    expect([outcome.outcome, cookiesIn(outcome)]).toEqual(['anonymous', { accessToken: '(cleared)' }])
  })
})

it('over https a host is one app’s: unknown cookies end the session and are cleared', async () => {
  const { backend, clock, events, send } = await createHarness(HTTPS)
  const accessToken = await neighbour.sign(goodClaims(clock.seconds()))
  for (const path of ['/', 'https://app.test/']) {
    const outcome = await send(path, {
      cookies: { '__Host-accessToken': accessToken, '__Host-refreshToken': 'x' },
    })
    expect([outcome.outcome, Object.keys(cookiesIn(outcome))]).toEqual([
      'ended',
      ['__Host-accessToken', '__Host-refreshToken'],
    ])
  }
  const alone = await send('/', { cookies: { '__Host-accessToken': accessToken } })
  expect([alone.outcome, Object.keys(cookiesIn(alone))]).toEqual(['anonymous', ['__Host-accessToken']])
  expect(backend.calls).toHaveLength(1)
  expect(events.map(({ type }) => type)).not.toContain('cookies.foreign')
})
