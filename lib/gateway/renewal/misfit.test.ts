import { describe, expect, it } from 'vitest'
import type { GatewayOptions } from '../options.ts'
import { cookiesIn, createHarness, KINDS, refusing } from '../testing/harness.ts'
import { createIssuer, goodClaims, SECRET } from '../testing/issuer.ts'

/** A gateway before a backend whose tokens have `claims` and `header` of their own, and people whose sessions are due. */
async function withMisfit(options: Partial<GatewayOptions> = {}, claims = {}, header = {}) {
  const harness = await createHarness(options)
  const { backend, clock } = harness
  const issued: string[] = []
  const fit = { claims, header }
  backend.answer = async ({ refreshToken }) => {
    const [, generation] = /^r(\d+)$/.exec(refreshToken) ?? []
    if (generation === undefined) return refusing(403, 'invalid_refresh_token')({} as never)
    issued.push(refreshToken)
    const accessToken = await backend.issuer.sign(
      { ...payloadOf(await harness.token()), ...fit.claims },
      fit.header,
    )
    return Response.json({ accessToken, refreshToken: `r${Number(generation) + 1}` })
  }
  let people = 0
  return {
    ...harness,
    /** The form of the backend's tokens. A test may mend it. */
    fit,
    /** Refresh tokens that the backend was presented with and has rotated. */
    issued,
    async person() {
      people += 1
      const accessToken = await harness.token({ sid: `s${people}`, exp: clock.seconds() - 60 })
      const cookies = { accessToken, refreshToken: `r${people * 100}` }
      return (headers: Record<string, string> = KINDS.document) =>
        harness.send('/dashboard', { headers, cookies })
    },
    types: () => harness.events.map(({ type }) => type).filter((type) => type !== 'cookies.foreign'),
  }
}

const payloadOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object

describe('a backend whose tokens do not fit the settings', () => {
  it.each<[string, object, object, string, string]>([
    ['claim_aud', { aud: 'my-api' }, {}, 'aud is "my-api", expected "evergate-app": set TOKEN_AUDIENCE', ''],
    [
      'claim_iss',
      { iss: 'https://api' },
      {},
      'iss is "https://api", expected "evergate": set TOKEN_ISSUER',
      '',
    ],
    ['typ', {}, { typ: 'JWT' }, 'the access token has typ "JWT", expected "at+jwt": use apiBackend,', ''],
  ])(
    '%s: the first session tells, in one line; nobody else’s token is spent',
    async (reason, claims, header, line) => {
      const { events, issued, person, types } = await withMisfit({}, claims, header)
      const [first, second, third] = [await person(), await person(), await person()]
      expect((await first()).outcome).toBe('degraded')
      expect(events.slice(0, 2)).toEqual([
        { type: 'backend.misfit', reason, message: expect.stringContaining(line) },
        { type: 'breaker.opened', pause: 250, reason: `issued_token_${reason}`, sessions: 'all' },
      ])
      for (const visit of [second, third, first]) expect((await visit()).outcome).toBe('degraded')
      expect(issued).toEqual(['r100'])
      expect(types().filter((type) => type === 'backend.misfit')).toHaveLength(1)
    },
  )

  it.each<[string, () => Promise<string>]>([
    [
      'signature',
      async () => (await createIssuer('HS256', 'HS256-1', `${SECRET} of somebody else`)).sign({}),
    ],
    ['malformed', async () => 'opaque-token-of-a-backend'],
  ])('%s, the same', async (reason, tokenOf) => {
    const harness = await withMisfit()
    harness.backend.answer = async () => Response.json({ accessToken: await tokenOf(), refreshToken: 'r2' })
    await (await harness.person())()
    expect(harness.events).toContainEqual(
      expect.objectContaining({ type: 'breaker.opened', reason: `issued_token_${reason}` }),
    )
    expect(JSON.stringify(harness.events)).not.toContain('opaque-token')
  })

  it('the child is kept: once the backend is mended, it is presented, and never the parent again', async () => {
    const { clock, fit, issued, person } = await withMisfit({}, { aud: 'my-api' })
    const visit = await person()
    await visit()
    clock.advance(11_000)
    await visit()
    fit.claims = {}
    clock.advance(11_000)
    const outcome = await visit()
    expect(outcome.outcome).toBe('renewed')
    expect(cookiesIn(outcome).refreshToken).toBe('r103')
    expect(issued).toEqual(['r100', 'r101', 'r102'])
  })

  it('a child that is refused ends the session', async () => {
    const { backend, clock, person } = await withMisfit({}, { aud: 'my-api' })
    const visit = await person()
    await visit()
    clock.advance(11_000)
    backend.answer = refusing()
    expect((await visit()).outcome).toBe('ended')
  })

  it('a child of a backend that keeps it from then on stays in the cookie', async () => {
    const { backend, clock, person, token } = await withMisfit({}, { aud: 'my-api' })
    const visit = await person()
    await visit()
    clock.advance(11_000)
    backend.answer = async () => Response.json({ accessToken: await token() })
    expect(cookiesIn(await visit()).refreshToken).toBe('r101')
  })

  it('keys that come later verify the child that is there, without another call', async () => {
    const [old, next] = [await createIssuer('ES256', 'old'), await createIssuer('ES256', 'new')]
    const harness = await withMisfit({
      keys: { jwksUrl: 'http://backend.test/.well-known/jwks.json' },
      gatewaySecrets: [SECRET],
    })
    const { backend, clock, issued, person, types } = harness
    backend.issuer = old
    const visit = await person()
    const published = old.jwk
    backend.publish = () => Response.json({ keys: [published] })
    backend.issuer = next
    expect((await visit()).outcome).toBe('degraded')
    backend.publish = () => Response.json({ keys: [published, next.jwk] })
    clock.advance(6000)
    const outcome = await visit()
    expect(outcome.outcome).toBe('renewed')
    expect(cookiesIn(outcome).refreshToken).toBe('r101')
    expect(issued).toEqual(['r100'])
    expect(types()).toContain('breaker.closed')
  })

  it('nobody provokes that with a made-up token, nor ends it', async () => {
    const { clock, person, send, types, fit } = await withMisfit({}, { aud: 'my-api' })
    for (let made = 0; made < 20; made += 1) await send('/', { cookies: { refreshToken: `made-up-${made}` } })
    expect(types()).toEqual([])
    const visit = await person()
    await visit()
    fit.claims = {}
    clock.advance(11_000)
    for (let made = 0; made < 20; made += 1) await send('/', { cookies: { refreshToken: `made-up.${made}` } })
    expect(types()).not.toContain('breaker.closed')
    expect((await visit()).outcome).toBe('renewed')
  })

  it('one person’s odd token spares nobody: it is told, and the child is kept', async () => {
    const { fit, person, types } = await withMisfit({}, { roles: 'admin' })
    const [odd, other] = [await person(), await person()]
    await odd()
    expect(types()).toEqual(['backend.misfit', 'backend.unavailable'])
    fit.claims = {}
    expect((await other()).outcome).toBe('renewed')
    expect(cookiesIn(await odd()).refreshToken).toBe('r102')
  })
})

describe('the waiting page', () => {
  it('says after three tries that something is set up wrong, when answers do not fit', async () => {
    const { person } = await withMisfit({}, { aud: 'my-api' })
    const [first, second] = [await person(), await person()]
    for (const visit of [first, second]) {
      const page = (await (await visit()).refusal?.text()) ?? ''
      expect(page).toContain('if(n<3)')
      expect(page).toContain('Its operator finds the reason in its log.')
      expect(page).toContain('You are still signed in')
    }
  })

  it.each([
    ['a path that is not there', () => new Response('', { status: 404 })],
    ['answers of another shape', () => Response.json({ token: 'x' })],
  ])('also for %s', async (_, answer) => {
    const { backend, person } = await withMisfit()
    backend.answer = answer
    expect(await (await (await person())()).refusal?.text()).toContain('set up wrong')
  })

  it('says nothing of the kind in an outage', async () => {
    const { backend, person } = await withMisfit()
    backend.answer = () => new Response('', { status: 503 })
    const page = (await (await (await person())()).refusal?.text()) ?? ''
    expect(page).toContain('if(n<8)')
    expect(page).not.toContain('set up wrong')
  })
})

describe('a configured key that the runtime refuses', () => {
  it.each(['with the access token', 'without it'])(
    'spends no refresh token and signs nobody out: %s',
    async (how) => {
      const issuer = await createIssuer('ES256')
      const jwks = { keys: [{ ...issuer.jwk, x: 'AAAA' }] }
      const { backend, events, send, clock } = await createHarness({
        keys: { jwks },
        gatewaySecrets: [SECRET],
      })
      const accessToken = await issuer.sign(goodClaims(clock.seconds()))
      const cookies = { refreshToken: 'r1', ...(how === 'with the access token' && { accessToken }) }
      const { outcome, setCookies } = await send('/dashboard', { cookies })
      expect([outcome, setCookies, backend.calls]).toEqual(['degraded', [], []])
      expect(events).toEqual(
        [
          { type: 'key.refused', kid: 'ES256-1', alg: 'ES256', message: expect.stringMatching(/\w/) },
          { type: 'backend.unavailable', reason: 'keys_unavailable', traceId: expect.anything() },
        ].map((event) => ('traceId' in event && how !== 'without it' ? { ...event, traceId: null } : event)),
      )
    },
  )
})
