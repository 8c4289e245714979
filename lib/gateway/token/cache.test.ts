import { afterEach, describe, expect, it, vi } from 'vitest'
import { resolveOptions } from '../options.ts'
import { createHarness } from '../testing/harness.ts'
import { createIssuer, goodClaims } from '../testing/issuer.ts'
import { CLAIMS, NOW } from '../testing/tokens.ts'
import { createTokenCache } from './cache.ts'
import type { KeySet } from './key-set.ts'
import { createKeySet } from './key-set.ts'

const PROTECTED = '/dashboard'

afterEach(() => void vi.restoreAllMocks())

/** A harness that counts the signatures which are verified. */
async function counting(options: Parameters<typeof createHarness>[0] = {}, life?: number) {
  const harness = await createHarness(options, life)
  const verify = vi.spyOn(crypto.subtle, 'verify')
  return {
    ...harness,
    signatures: () => verify.mock.calls.length,
    visit: (accessToken: string) => harness.send(PROTECTED, { cookies: { accessToken } }),
    verified: () =>
      harness.decisions.map((event) => (event.type === 'session.active' ? event.verified : event.type)),
  }
}

describe('a token that was verified a moment ago', () => {
  it('is known again, and its session is the same', async () => {
    const { signatures, valid, verified, visit } = await counting()
    const token = await valid()
    const first = await visit(token)
    for (let visits = 0; visits < 5; visits += 1) expect(await visit(token)).toEqual(first)
    expect(signatures()).toBe(1)
    expect(verified()).toEqual(['now', 'cached', 'cached', 'cached', 'cached', 'cached'])
  })

  it('is verified again after a minute', async () => {
    const { clock, signatures, valid, visit } = await counting()
    const token = await valid()
    await visit(token)
    clock.advance(59_999)
    await visit(token)
    expect(signatures()).toBe(1)
    clock.advance(1)
    await visit(token)
    expect(signatures()).toBe(2)
  })

  it('is verified again when the clock was set back by more than that', async () => {
    const { clock, signatures, valid, visit } = await counting()
    const token = await valid()
    await visit(token)
    clock.advance(-60_000)
    await visit(token)
    expect(signatures()).toBe(2)
  })

  it('ends with its `exp`, and is due for renewal as ever before that', async () => {
    const { clock, backend, send, token, verified } = await counting({}, 40)
    const cookies = { accessToken: await token(), refreshToken: 'r1' }
    await send(PROTECTED, { cookies })
    clock.advance(20_000)
    expect(await send(PROTECTED, { cookies })).toMatchObject({ outcome: 'renewed' })
    clock.advance(20_000)
    expect(await send(PROTECTED, { cookies: { accessToken: cookies.accessToken } })).toMatchObject({
      outcome: 'anonymous',
      session: null,
    })
    expect(verified()).toEqual(['now', 'session.renewed', 'session.anonymous'])
    expect(backend.calls).toHaveLength(1)
  })

  it('does not outlive its key: when the backend publishes other keys, the next request finds it out', async () => {
    const old = await createIssuer('ES256')
    const rotated = await createIssuer('ES256', 'rotated')
    const harness = await counting({
      keys: { jwksUrl: 'http://backend.test/jwks.json' },
      gatewaySecrets: ['g'.repeat(32)],
    })
    const { backend, clock, decisions, visit } = harness
    backend.publish = () => Response.json({ keys: [old.jwk] })
    const life = () => goodClaims(Math.floor(clock.seconds()), 900)
    const token = await old.sign(life())
    for (let visits = 0; visits < 3; visits += 1)
      expect(await visit(token)).toMatchObject({ outcome: 'active' })
    expect(decisions.at(-1)).toMatchObject({ verified: 'cached' })

    clock.advance(10_000)
    backend.publish = () => Response.json({ keys: [rotated.jwk] })
    expect(await visit(await rotated.sign(life()))).toMatchObject({ outcome: 'active' })
    expect(await visit(token)).toMatchObject({ outcome: 'anonymous', session: null })
  })
})

describe('what is not kept', () => {
  it('a token whose signature was checked while the keys changed', async () => {
    const [old, rotated] = [await createIssuer('ES256'), await createIssuer('ES256', 'rotated')]
    const settings = resolveOptions({ remoteApi: 'http://backend.test', keys: old.keys })
    let current = createKeySet({ ...settings, keys: old.keys })
    const keys: KeySet = {
      edition: () => current.edition(),
      ready: () => current.ready(),
      find: (...asked) => current.find(...asked),
    }
    const cache = createTokenCache({ ...settings, keys }, 10)
    const [before, after] = await Promise.all([old, rotated].map((issuer) => issuer.sign(CLAIMS)))
    const underWay = cache.read(before, NOW)
    current = createKeySet({ ...settings, keys: rotated.keys })
    await Promise.all([cache.read(after, NOW), underWay])
    expect(await underWay).toMatchObject({ state: 'valid' })
    expect(cache.recall(before, NOW)).toBeUndefined()
    expect(cache.recall(after, NOW)).toMatchObject({ state: 'valid' })
  })

  it('a token that is no good, however often it comes', async () => {
    const { signatures, valid, visit } = await counting()
    const token = await valid()
    const forged = `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'EEEE' : 'AAAA'}`
    await visit(token)
    for (let visits = 0; visits < 3; visits += 1)
      expect(await visit(forged)).toMatchObject({ outcome: 'anonymous' })
    expect(signatures()).toBe(4)
  })

  it('more than `tokenCacheSize`: the oldest goes first', async () => {
    const { signatures, token, visit } = await counting({ tokenCacheSize: 2 })
    const [first = '', second = '', third = ''] = await Promise.all(
      ['a', 'b', 'c'].map((jti) => token({ jti })),
    )
    for (const one of [first, second, third]) await visit(one)
    await visit(third)
    await visit(second)
    expect(signatures()).toBe(3)
    await visit(first)
    expect(signatures()).toBe(4)
  })

  it('anything at all when its size is 0', async () => {
    const { signatures, valid, verified, visit } = await counting({ tokenCacheSize: 0 })
    const token = await valid()
    for (let visits = 0; visits < 3; visits += 1) await visit(token)
    expect(signatures()).toBe(3)
    expect(verified()).toEqual(['now', 'now', 'now'])
  })
})
