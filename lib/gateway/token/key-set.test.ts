import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../../testing/clock.ts'
import type { GatewayEvent } from '../events/events.ts'
import { createIssuer, SECRET } from '../testing/issuer.ts'
import type { PublicAlgorithm } from './algorithms.ts'
import { createKeySet, localKeySet, remoteKeySet } from './key-set.ts'

const first = await createIssuer('ES256', 'first')
const second = await createIssuer('ES256', 'second')
const third = await createIssuer('EdDSA', 'third')
const setOf = (...issuers: { jwk: object }[]) => Response.json({ keys: issuers.map(({ jwk }) => jwk) })

/** A remote key set whose backend answers as told. Nothing happens on its own: time and answers are the test's. */
function publish(answer: () => Response | Promise<Response>) {
  const clock = manualClock()
  const source = { answer, calls: 0 }
  const events: GatewayEvent[] = []
  const keys = remoteKeySet({
    url: 'http://backend.test/.well-known/jwks.json',
    clock,
    timeout: 30,
    onEvent: (event) => events.push(event),
    told: new Set(),
    fetch: async (_url, { signal }) => {
      source.calls += 1
      return Promise.race([
        source.answer(),
        new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
      ])
    },
  })
  const find = async (kid: string | undefined, alg = 'ES256', eager = false) =>
    (await keys.find(kid === undefined ? { alg } : { alg, kid }, eager)).result
  return { keys, source, clock, find, events }
}

/** Lets everything that is under way without a timer come to its end. */
const settled = () => new Promise((resolve) => setImmediate(resolve))
const OUTAGES: [string, () => Response | Promise<Response>][] = [
  ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
  ['500', () => new Response('{}', { status: 500 })],
  ['404', () => new Response('{"keys":[]}', { status: 404 })],
  ['a redirect', () => new Response(null, { status: 302, headers: { location: 'http://evil.example/' } })],
  ['no JSON', () => new Response('<html>')],
  ['JSON that is no key set', () => Response.json({ keys: 'none' })],
  ['null', () => Response.json(null)],
  ['an empty key set', () => Response.json({ keys: [] })],
  ['one without a key that can be used', () => Response.json({ keys: [{ kty: 'oct', kid: 'k', k: 'AA' }] })],
  ['silence', () => new Promise<Response>(() => {})],
]

describe('a published key set', () => {
  it('is fetched when it is first needed, once for all who wait, and then known', async () => {
    const { source, find } = publish(() => setOf(first))
    expect(source.calls).toBe(0)
    const found = await Promise.all(Array.from({ length: 50 }, () => find('first')))
    expect(new Set(found)).toEqual(new Set(['found']))
    expect(await find('first')).toBe('found')
    expect(source.calls).toBe(1)
  })

  it('is fetched again in the background after five minutes: the request that notices does not wait', async () => {
    const { source, clock, find } = publish(() => setOf(first))
    await find('first')
    clock.advance(299_999)
    await find('first')
    expect(source.calls).toBe(1)
    clock.advance(1)
    source.answer = () => new Promise(() => {})
    expect(await find('first')).toBe('found')
    expect(source.calls).toBe(2)
  })

  it('is fetched at once for a key that is not in it', async () => {
    const { source, clock, find } = publish(() => setOf(first))
    await find('first')
    clock.advance(5000)
    source.answer = () => setOf(second, first)
    expect(await find('second')).toBe('found')
    expect(source.calls).toBe(2)
  })

  it('a flood of unknown keys asks the backend once in five seconds', async () => {
    const { source, clock, find } = publish(() => setOf(first))
    await find('first')
    for (let second = 0; second < 20; second += 1) {
      clock.advance(1000)
      await Promise.all(Array.from({ length: 10 }, (_, index) => find(`flood-${second}-${index}`)))
    }
    expect(source.calls).toBe(1 + 4)
  })

  it('a token that the backend has just issued is worth asking for at once', async () => {
    const { source, find } = publish(() => setOf(first))
    await find('first')
    source.answer = () => setOf(second, first)
    expect(await find('second')).toBe('unknown')
    expect(await find('second', 'ES256', true)).toBe('found')
  })

  it('a clock that is set back does not stop it from being fetched again', async () => {
    const { source, clock, find } = publish(() => setOf(first))
    await find('first')
    clock.advance(-86_400_000)
    source.answer = () => setOf(second)
    expect(await find('second')).toBe('found')
  })
})

describe.each(OUTAGES)('when the backend answers with %s', (_, outage) => {
  it('before any key set was had: unavailable, and asked again a moment later', async () => {
    const { source, keys, clock, find } = publish(outage)
    expect(await find('first')).toBe('unavailable')
    expect(await keys.ready()).toBe(false)
    expect(source.calls).toBe(1)
    clock.advance(250)
    source.answer = () => setOf(first)
    expect(await keys.ready()).toBe(true)
    expect(await find('first')).toBe('found')
  })

  it('silence spares the next visitors for as long as it has cost the first', async () => {
    const { source, clock, find } = publish(() => new Promise(() => {}))
    const waiting = find('first')
    clock.advance(5000)
    expect(await waiting).toBe('unavailable')
    clock.advance(4999)
    expect(await find('first')).toBe('unavailable')
    expect(source.calls).toBe(1)
    source.answer = () => setOf(first)
    clock.advance(1)
    expect(await find('first')).toBe('found')
  })

  it('the last good key set is kept', async () => {
    const { source, clock, find } = publish(() => setOf(first))
    await find('first')
    source.answer = outage
    clock.advance(86_400_000)
    expect(await find('first')).toBe('found')
    expect(await find('first')).toBe('found')
  })

  it('a key that is not in the last good set may be a new one: nothing is said of it', async () => {
    const { source, clock, find } = publish(() => setOf(first))
    await find('first')
    source.answer = outage
    clock.advance(5000)
    expect(await find('second')).toBe('unavailable')
    expect(await find('second', 'ES256', true)).toBe('unavailable')
    source.answer = () => setOf(first, third)
    clock.advance(5000)
    expect(await find('second')).toBe('unknown')
  })
})

describe('a key that is no longer published', () => {
  it('is retired, unlike one that never was', async () => {
    const { source, clock, find } = publish(() => setOf(first))
    await find('first')
    source.answer = () => setOf(second)
    clock.advance(300_000)
    await find('second')
    await settled()
    expect(await find('first')).toBe('retired')
    expect(await find('never')).toBe('unknown')
    expect(await find(undefined)).toBe('unknown')
  })

  it('is retired for its own algorithm only: a token that names another one is a forgery', async () => {
    const { source, clock, find } = publish(() => setOf(first))
    await find('first')
    expect(await find('first', 'none')).toBe('unknown')
    expect(await find('first', 'HS256')).toBe('unknown')
    source.answer = () => setOf(second)
    clock.advance(5000)
    await find('second')
    expect(await find('first', 'HS256')).toBe('unknown')
    expect(await find('first')).toBe('retired')
  })
})

describe('keys of a set', () => {
  const untold = { onEvent: () => {}, told: new Set<string>() }
  const found = async (jwk: object, kid: string, alg: string, wanted?: PublicAlgorithm) =>
    (await localKeySet({ keys: [jwk, third.jwk] } as never, { ...untold, alg: wanted }).find({ kid, alg }))
      .result

  it('each has one algorithm: the one it names, or the one its type implies', async () => {
    const { alg: _, ...unnamed } = first.jwk
    expect(await found(unnamed, 'first', 'ES256')).toBe('found')
    expect(await found({ ...first.jwk, alg: 'ES384' }, 'first', 'ES256')).toBe('unknown')
    expect(await found(first.jwk, 'third', 'EdDSA')).toBe('found')
    expect(await found(first.jwk, 'third', 'ES256')).toBe('unknown')
  })

  it('another algorithm than the configured one is passed over, and RSA keys that name none have that', async () => {
    expect(await found(first.jwk, 'first', 'ES256', 'EdDSA')).toBe('unknown')
    expect(await found(first.jwk, 'third', 'EdDSA', 'EdDSA')).toBe('found')
    const jwk = { ...rsa, kid: 'rsa' }
    expect(await found(jwk, 'rsa', 'RS256')).toBe('found')
    expect(await found(jwk, 'rsa', 'PS512', 'PS512')).toBe('found')
    expect(await found(jwk, 'rsa', 'RS256', 'PS512')).toBe('unknown')
  })

  it.each([
    ['P-384', 'ES384'],
    ['P-521', 'ES512'],
  ])('of the curve %s are for %s', async (namedCurve, alg) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve })
    expect(await found({ ...publicKey.export({ format: 'jwk' }), kid: 'ec' }, 'ec', alg)).toBe('found')
  })

  it('a shared secret among them is passed over', async () => {
    const { jwk } = await createIssuer('HS256', 'shared')
    expect(await found(jwk, 'shared', 'HS256')).toBe('unknown')
  })

  it('RSA keys of 2048 bits and more are used', async () => {
    for (const modulusLength of [2048, 3072]) {
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength })
      const jwk = publicKey.export({ format: 'jwk' })
      expect(await found({ ...jwk, kid: 'rsa', alg: 'PS256' }, 'rsa', 'PS256')).toBe('found')
    }
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
  const padded = Buffer.concat([Buffer.alloc(128), Buffer.from(short.n ?? '', 'base64url')])
  it.each([
    ['1024 bits', short],
    ['1024 bits, filled up with zeros', { ...short, n: padded.toString('base64url') }],
    ['no modulus', { ...rsa, n: undefined }],
    ['the exponent 1', { ...rsa, e: 'AQ' }],
    ['the exponent 1, filled up with zeros', { ...rsa, e: 'AAAB' }],
    ['the exponent 1, filled up with more zeros', { ...rsa, e: 'AAAAAAAB' }],
    ['the exponent 3', { ...rsa, e: 'Aw' }],
  ])('RFC 8725 3.5: an RSA key of %s is passed over', async (_, jwk) => {
    expect(await found({ ...jwk, kid: 'rsa', alg: 'RS256' }, 'rsa', 'RS256')).toBe('unknown')
    expect(await found({ ...jwk, kid: 'rsa', alg: 'RS256' }, 'third', 'EdDSA')).toBe('found')
  })

  it.each([
    ['for encryption', { ...first.jwk, use: 'enc' }],
    ['without a name', { ...first.jwk, kid: undefined }],
    ['of an unknown type', { kty: 'XYZ', kid: 'first' }],
    ['null', null],
    ['text', 'first'],
  ])('one that is %s is passed over, and the rest is used', async (_, jwk) => {
    expect(await found(jwk as object, 'first', 'ES256')).toBe('unknown')
    expect(await found(jwk as object, 'third', 'EdDSA')).toBe('found')
  })
})

const settings = { fetch, clock: manualClock(), refreshTimeout: 30, onEvent: () => {} }

it('in shared-secret mode there is one key, whatever name a token gives it, and only for HS256', async () => {
  const keys = createKeySet({ ...settings, keys: { secret: SECRET } })
  expect(await keys.ready()).toBe(true)
  expect((await keys.find({ alg: 'HS256' })).result).toBe('found')
  expect((await keys.find({ alg: 'HS256', kid: 'any' })).result).toBe('found')
  expect((await keys.find({ alg: 'ES256' })).result).toBe('unknown')
  expect((await keys.find({ alg: 'none' })).result).toBe('unknown')
})

describe('RFC 7518 3.2: a shared secret is at least as long as the hash of its one algorithm', () => {
  it.each([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const)('%s: %i bytes', async (alg, length) => {
    const keys = createKeySet({ ...settings, keys: { secret: 's'.repeat(length), alg } })
    expect((await keys.find({ alg })).result).toBe('found')
    for (const other of ['HS256', 'HS384', 'HS512', 'none'].filter((name) => name !== alg))
      expect((await keys.find({ alg: other })).result).toBe('unknown')
    expect(() => createKeySet({ ...settings, keys: { secret: 's'.repeat(length - 1), alg } })).toThrow(
      `make each secret at least ${length} bytes long (${alg})`,
    )
  })

  it.each(['none', 'ES256', ''])('%j is no algorithm of one', (alg) => {
    expect(() => createKeySet({ ...settings, keys: { secret: SECRET, alg: alg as 'HS256' } })).toThrow(
      /bytes/,
    )
  })
})

describe('a key that the runtime refuses', () => {
  const refused = { ...first.jwk, x: 'AAAA' }
  const event = { type: 'key.refused', kid: 'first', alg: 'ES256', message: expect.stringMatching(/\w/) }
  const local = (jwks: object[]) => {
    const events: GatewayEvent[] = []
    const onEvent = (told: GatewayEvent) => void events.push(told)
    return { events, keys: localKeySet({ keys: jwks } as never, { onEvent, told: new Set() }) }
  }

  it('is told of with the cause, and says nothing of its tokens: they may be good', async () => {
    const { keys, events } = local([refused, third.jwk])
    expect((await keys.find({ kid: 'first', alg: 'ES256' })).result).toBe('unavailable')
    expect((await keys.find({ kid: 'first', alg: 'EdDSA' })).result).toBe('unknown')
    expect((await keys.find({ kid: 'third', alg: 'EdDSA' })).result).toBe('found')
    expect([await keys.ready(), events]).toEqual([true, [event]])
  })

  it.each([
    ['of another curve', { ...first.jwk, crv: 'P-384' }],
    ['of no point of its curve', { ...first.jwk, y: first.jwk.x }],
    ['for another use', { ...first.jwk, key_ops: ['sign'] }],
    ['that is a private one', { ...first.jwk, d: first.jwk.x }],
    ['with a part missing', { ...first.jwk, y: undefined }],
  ])('alone, %s: no token is spent on answers that could not be verified', async (_, jwk) => {
    const { keys, events } = local([jwk])
    expect([await keys.ready(), events]).toEqual([false, [event]])
  })

  it('in a published set is told of once, however often the set comes', async () => {
    const { source, clock, find, events, keys } = publish(() => Response.json({ keys: [refused] }))
    for (let tries = 0; tries < 3; tries += 1) {
      expect(await find('first')).toBe('unavailable')
      clock.advance(300_000)
    }
    expect([await keys.ready(), source.calls, events]).toEqual([false, 4, [event]])
    source.answer = () => setOf(first)
    clock.advance(300_000)
    expect(await find('first')).toBe('found')
  })
})
