import { describe, expect, it } from 'vitest'
import { cookiesIn, createHarness } from '../testing/harness.ts'

const FITS = `r${'1'.repeat(4095)}`

/** Cookies of a refresh token as a browser sends them, in chunks when it is long. */
const inChunks = (token: string) => ({
  'refreshToken.0': token.slice(0, 4000),
  'refreshToken.1': token.slice(4000),
})

describe('a refresh token of more than 4,096 bytes is a broken cookie', () => {
  it('not believed, not forwarded, cleared', async () => {
    const { backend, send } = await createHarness()
    for (const cookies of [
      inChunks(`${FITS}1`),
      { refreshToken: `${FITS}1` },
      { refreshToken: 'x'.repeat(16_000) },
    ]) {
      const outcome = await send('/', { cookies: { ...cookies, theme: 'dark' } })
      expect(outcome).toMatchObject({ outcome: 'anonymous', refusal: null })
      expect(cookiesIn(outcome)).toEqual(
        Object.fromEntries(Object.keys(cookies).map((name) => [name, '(cleared)'])),
      )
      expect(outcome.requestHeaders?.get('cookie')).toBe('theme=dark')
    }
    expect(backend.calls).toEqual([])
  })

  it('one of 4,096 is believed', async () => {
    const { backend, send } = await createHarness()
    await send('/', { cookies: inChunks(FITS) })
    expect(backend.calls.map(({ refreshToken }) => refreshToken)).toEqual([FITS])
  })

  it('a session with a good access token goes on', async () => {
    const { send, valid } = await createHarness()
    const outcome = await send('/dashboard', {
      cookies: { accessToken: await valid(), refreshToken: `${FITS}1` },
    })
    expect(outcome).toMatchObject({ outcome: 'active', refusal: null })
    expect(cookiesIn(outcome)).toEqual({ refreshToken: '(cleared)' })
  })

  it('an option allows others', async () => {
    const { backend, send } = await createHarness({ maxRefreshTokenBytes: 10 })
    expect((await send('/', { cookies: { refreshToken: 'r1234567890' } })).outcome).toBe('anonymous')
    expect((await send('/', { cookies: { refreshToken: 'r123456789' } })).outcome).toBe('renewed')
    expect(backend.calls).toHaveLength(1)
  })

  it('one that a backend issues is no session: it would end with the next request', async () => {
    const { backend, events, send, token } = await createHarness()
    backend.answer = async () => Response.json({ accessToken: await token(), refreshToken: `${FITS}1` })
    expect(await send('/dashboard', { cookies: { refreshToken: 'r1' } })).toMatchObject({
      outcome: 'degraded',
      setCookies: [],
    })
    expect(events[0]).toEqual({
      type: 'backend.misfit',
      reason: 'refresh_token_length',
      message: 'the refresh token has more than 4096 bytes: set maxRefreshTokenBytes',
    })
  })
})
