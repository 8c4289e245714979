import { describe, expect, it } from 'vitest'
import { createHarness } from './testing/harness.ts'
import { createIssuer, SECRET } from './testing/issuer.ts'

const PROTECTED = '/dashboard'
const JWKS_URL = 'http://backend.test/.well-known/jwks.json'
const first = await createIssuer('ES256', 'first')
const second = await createIssuer('ES256', 'second')
const down = () => new Response('', { status: 503 })

/** A gateway before a backend that publishes its keys. */
async function publishing() {
  const harness = await createHarness({ keys: { jwksUrl: JWKS_URL }, gatewaySecrets: [SECRET] })
  harness.backend.issuer = first
  return { ...harness, publish: harness.backend.publish }
}

describe('while no key set can be had', () => {
  it('nothing can be said of a token: degraded, and no rotation is asked for that nobody could verify', async () => {
    const { backend, events, send, valid } = await publishing()
    backend.publish = down
    for (const cookies of [{ accessToken: await valid(), refreshToken: 'r1' }, { refreshToken: 'r1' }])
      expect(await send(PROTECTED, { cookies })).toMatchObject({
        outcome: 'degraded',
        session: null,
        setCookies: [],
        refusal: { status: 503 },
      })
    expect(backend.calls).toEqual([])
    expect(events[0]).toMatchObject({ type: 'backend.unavailable', reason: 'keys_unavailable' })
  })

  it('a public path passes, and so does a visitor without cookies to the sign-in page', async () => {
    const { backend, send, valid } = await publishing()
    backend.publish = down
    expect(await send('/', { cookies: { accessToken: await valid() } })).toMatchObject({
      refusal: null,
      setCookies: [],
    })
    expect(await send(PROTECTED)).toMatchObject({ outcome: 'anonymous', refusal: { status: 303 } })
  })

  it('what is no token at all is invalid all the same', async () => {
    const { backend, send } = await publishing()
    backend.publish = down
    expect(await send('/', { cookies: { accessToken: 'nonsense' } })).toMatchObject({ outcome: 'anonymous' })
  })

  it('it is over when there is one', async () => {
    const { backend, clock, publish, send, valid } = await publishing()
    const cookies = { accessToken: await valid() }
    backend.publish = down
    expect((await send(PROTECTED, { cookies })).outcome).toBe('degraded')
    backend.publish = publish
    clock.advance(1000)
    expect((await send(PROTECTED, { cookies })).outcome).toBe('active')
  })
})

describe('when the backend changes its key', () => {
  it('nobody is logged out: tokens of the old one are renewed, and those of the new one known at once', async () => {
    const { backend, clock, send, valid } = await publishing()
    const cookies = { accessToken: await valid(), refreshToken: 'r1' }
    expect((await send(PROTECTED, { cookies })).outcome).toBe('active')
    backend.issuer = second
    clock.advance(301_000)
    expect((await send(PROTECTED, { cookies })).outcome).toBe('active')
    clock.advance(5000)
    // The new key set comes in the background.
    await expect.poll(() => send(PROTECTED, { cookies })).toMatchObject({ outcome: 'renewed', refusal: null })
  })

  it('a token it has just issued is verified with a key nobody has seen yet', async () => {
    const { backend, send, valid, expired } = await publishing()
    await send(PROTECTED, { cookies: { accessToken: await valid() } })
    const cookies = { accessToken: await expired(), refreshToken: 'r1' }
    backend.issuer = second
    expect((await send(PROTECTED, { cookies })).outcome).toBe('renewed')
  })

  it('a key withdrawn during an outage of the backend keeps its tokens good', async () => {
    const { backend, clock, send, token } = await publishing()
    const accessToken = await token({ exp: clock.seconds() + 86_400 })
    await send(PROTECTED, { cookies: { accessToken } })
    backend.publish = down
    clock.advance(3_600_000)
    expect((await send(PROTECTED, { cookies: { accessToken } })).outcome).toBe('active')
  })
})
