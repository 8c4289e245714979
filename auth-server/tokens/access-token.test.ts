import { randomBytes } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { generateSigningKeys } from '../config/generate-secrets.ts'
import { accessSecret } from '../testing/harness.ts'
import { type AccessKeys, createAccessTokens } from './access-token.ts'
import { parseSigningKeys, type SigningAlgorithm } from './signing-keys.ts'

const NOW = Date.UTC(2030, 0, 1)
const user = { id: 'user-1', roles: ['user', 'admin'] }
const DAY = 86_400_000
const session = (timeLeft = DAY) => ({
  sid: 'session-1',
  timeLeft,
  authTime: NOW / 1000 - 60,
  amr: ['pwd'],
})
const shared: AccessKeys = { mode: 'shared', secret: accessSecret }

function tokensWith(keys: AccessKeys, ttl = 900) {
  return createAccessTokens({ keys, issuer: 'evergate', audience: 'evergate-app', ttl, random: randomBytes })
}

function parsed(json: string): AccessKeys {
  const result = parseSigningKeys(json)
  if ('reason' in result) throw new Error(result.reason)
  return { mode: 'keys', keys: result.keys }
}

async function keysFor(alg: SigningAlgorithm) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return parsed(JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), alg, kid: alg }] }))
}

it('RFC 9068 2.1, 2.2: issues the header and the claims', async () => {
  const keys = await keysFor('ES256')
  const { token, expiresIn } = await tokensWith(keys).issue(user, session(), NOW)
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', kid: 'ES256', typ: 'at+jwt' })
  expect(decodeJwt(token)).toEqual({
    iss: 'evergate',
    aud: 'evergate-app',
    sub: 'user-1',
    sid: 'session-1',
    iat: NOW / 1000,
    exp: NOW / 1000 + 900,
    jti: expect.stringMatching(/^[\w-]{22}$/),
    roles: ['user', 'admin'],
    session_expiry: (NOW + DAY) / 1000,
    auth_time: NOW / 1000 - 60,
    amr: ['pwd'],
  })
  expect(expiresIn).toBe(900)
})

it('signs with HS256 and without a kid in shared-secret mode', async () => {
  const { token } = await tokensWith(shared).issue(user, session(), NOW)
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'at+jwt' })
})

it.each(['ES256', 'EdDSA', 'RS256', 'PS256'] as const)('accepts its own %s tokens', async (alg) => {
  const tokens = tokensWith(await keysFor(alg))
  const { token } = await tokens.issue(user, session(), NOW)
  expect(await tokens.verify(token, NOW)).toMatchObject({ sub: 'user-1', sid: 'session-1' })
})

it('accepts tokens of every key of the set, and signs with the first', async () => {
  const [older, newer] = [await generateSigningKeys(), await generateSigningKeys()]
  const both = parsed(JSON.stringify({ keys: [...JSON.parse(newer).keys, ...JSON.parse(older).keys] }))
  const { token } = await tokensWith(parsed(older)).issue(user, session(), NOW)
  expect(await tokensWith(both).verify(token, NOW)).toBeDefined()
  const fresh = await tokensWith(both).issue(user, session(), NOW)
  expect(await tokensWith(parsed(newer)).verify(fresh.token, NOW)).toBeDefined()
  expect(await tokensWith(parsed(newer)).verify(token, NOW)).toBeUndefined()
})

it('ASVS 9.2.1: never lets a token outlive its session', async () => {
  const { token, expiresIn } = await tokensWith(shared).issue(user, session(6_999), NOW + 1)
  expect(expiresIn).toBe(7)
  expect(decodeJwt(token)).toMatchObject({ exp: NOW / 1000 + 7, session_expiry: NOW / 1000 + 7 })
  // Clocks whose seconds do not begin together.
  expect(await tokensWith(shared).issue(user, session(6_999), NOW)).toMatchObject({ expiresIn: 6 })
})

it('makes a token of one second when the session has less than that', async () => {
  const tokens = tokensWith(shared)
  const { token, expiresIn } = await tokens.issue(user, session(1), NOW + 500)
  expect(expiresIn).toBe(1)
  expect(await tokens.verify(token, NOW + 999)).toBeDefined()
})

it('ASVS 9.2.1: ends to the second, without tolerance', async () => {
  const tokens = tokensWith(shared)
  const { token } = await tokens.issue(user, session(), NOW)
  expect(await tokens.verify(token, NOW + 899_999)).toBeDefined()
  expect(await tokens.verify(token, NOW + 900_000)).toBeUndefined()
})

describe('refuses', () => {
  const claims = {
    iss: 'evergate',
    aud: 'evergate-app',
    sub: 'user-1',
    sid: 'session-1',
    jti: 'x',
    iat: NOW / 1000,
    exp: NOW / 1000 + 60,
    roles: [],
  }
  const sign = (payload: object, header: object = {}, secret = accessSecret) =>
    new SignJWT({ ...payload })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
      .sign(new TextEncoder().encode(secret))
  const verify = (token: string) => tokensWith(shared).verify(token, NOW)

  it('nothing that is as it should be', async () => {
    expect(await verify(await sign(claims))).toMatchObject({ sub: 'user-1' })
    expect(await verify(await sign({ ...claims, nbf: NOW / 1000 + 5 }))).toBeDefined()
  })

  it.each(['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp', 'roles'])(
    'RFC 9068 2.2: a token without %s',
    async (name) => {
      expect(await verify(await sign({ ...claims, [name]: undefined }))).toBeUndefined()
    },
  )

  it.each([
    { iss: 'someone else' },
    { aud: 'another app' },
    { exp: String(NOW / 1000 + 60) },
    { iat: 'now' },
    { roles: 'admin' },
    { sub: '' },
    { nbf: NOW / 1000 + 6 },
  ])('ASVS 9.2.1, 9.2.3, 9.2.4, RFC 9068 4: a token with %o', async (change) => {
    expect(await verify(await sign({ ...claims, ...change }))).toBeUndefined()
  })

  it.each([
    { typ: 'JWT' },
    { typ: undefined },
    { kid: 'unknown' },
    { jku: 'https://example.com' },
    { jwk: {} },
    { x5u: 'https://example.com' },
    { x5c: [] },
  ])('ASVS 9.1.3, 9.2.2: a token with %o in its header', async (header) => {
    expect(await verify(await sign(claims, header))).toBeUndefined()
  })

  it('ASVS 9.1.1: a token signed with another secret', async () => {
    expect(await verify(await sign(claims, {}, 'b'.repeat(32)))).toBeUndefined()
  })

  it('ASVS 9.1.2: a token with alg none', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const alg of ['none', 'None', 'NONE', '']) {
      expect(await verify(`${part({ alg, typ: 'at+jwt' })}.${part(claims)}.`)).toBeUndefined()
      expect(await verify(`${part({ alg, typ: 'at+jwt' })}.${part(claims)}.AAAA`)).toBeUndefined()
    }
  })

  it('a token with white space, padding or too much of anything', async () => {
    const token = await sign(claims)
    for (const bad of [` ${token}`, `${token}\n`, token.replace('.', ' .'), `${token}=`, `${token}.x`, ''])
      expect(await verify(bad)).toBeUndefined()
    expect(await verify(await sign({ ...claims, more: 'x'.repeat(8192) }))).toBeUndefined()
  })

  it('RFC 8725 2.1, 3.1: an HS256 token made with the text of a public key', async () => {
    const keys = await keysFor('ES256')
    if (keys.mode !== 'keys') throw new Error('unreachable')
    const pem = keys.keys[0].publicKey.export({ type: 'spki', format: 'pem' }) as string
    const forged = await sign(claims, { kid: 'ES256' }, pem)
    expect(await tokensWith(keys).verify(forged, NOW)).toBeUndefined()
  })

  it('ASVS 9.1.2, RFC 8725 3.1: a token of another algorithm of the same key', async () => {
    const keys = await keysFor('RS256')
    if (keys.mode !== 'keys') throw new Error('unreachable')
    const [{ privateKey }] = keys.keys
    const signedBy = (alg: string) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg, typ: 'at+jwt', kid: 'RS256' }).sign(privateKey)
    expect(await tokensWith(keys).verify(await signedBy('RS256'), NOW)).toBeDefined()
    for (const alg of ['PS256', 'RS384', 'RS512'])
      expect(await tokensWith(keys).verify(await signedBy(alg), NOW), alg).toBeUndefined()
  })
})
