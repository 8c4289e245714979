import { describe, expect, test } from 'vitest'
import { createIssuer, goodClaims } from '../../gateway/testing/issuer.ts'
import { createGatewayTokens } from '../../gateway/token/gateway-token.ts'
import { evergate, folderWith } from '../testing/io.ts'

const NOW = 1_900_000_000
const SECRETS = ['the first gateway secret 0123456789', 'the second gateway secret 0123456789']
const issuer = await createIssuer('ES256', 'key-1')
const stranger = await createIssuer('ES256', 'key-1')
const tokens = createGatewayTokens({ gatewaySecrets: SECRETS.slice(1), keys: issuer.keys })
const environment = { JWKS: JSON.stringify({ keys: [issuer.jwk] }), GATEWAY_SECRET: SECRETS.join(',') }

const inspect = (input: string, line = '', env: Record<string, string> = environment) =>
  evergate(`session inspect ${line}`, { cwd: folderWith(), env, input, clock: () => NOW * 1000 })
const read = async (input: string, line = '') => JSON.parse((await inspect(input, `${line} --json`)).out)

describe('an access token', () => {
  test.each([
    ['valid', 0, {}],
    ['expiring', 0, { exp: NOW + 10 }],
    ['expired', 1, { exp: NOW - 60 }],
  ])('that is %s ends with %i', async (state, code, claims) => {
    const result = await inspect(await issuer.sign({ ...goodClaims(NOW - 100), ...claims }))
    expect(result.code).toBe(code)
    expect(result.out).toContain(`access token: ${state}\n`)
  })

  test('shows its claims, times in words, and neither itself nor its signature', async () => {
    const token = await issuer.sign(goodClaims(NOW))
    const { out } = await inspect(`Bearer ${token}\n`)
    expect(out).toContain('exp     2030-03-17T18:01:40.000Z (in 15 minutes)')
    expect(out).toContain('key     "key-1"')
    for (const part of token.split('.')) expect(out).not.toContain(part)
  })

  test.each([
    ['signature', () => stranger.sign(goodClaims(NOW))],
    ['claim_aud', () => issuer.sign({ ...goodClaims(NOW), aud: 'another' })],
    ['typ', () => issuer.sign(goodClaims(NOW), { typ: 'JWT' })],
    ['unknown_key', () => issuer.sign(goodClaims(NOW), { kid: 'another' })],
    ['malformed', async () => `${await issuer.sign(goodClaims(NOW))}=`],
  ])('that is refused says %s, and what that means', async (reason, sign) => {
    const token = await sign()
    const { code, out } = await inspect(token)
    expect([code, out]).toEqual([1, expect.stringMatching(`reason  ${reason}: \\w`)])
  })

  test('cannot speak to the terminal', async () => {
    const { out } = await inspect(
      await issuer.sign({ ...goodClaims(NOW), '\u001b]0;x': '\u001b[2J\u009b2J\u202e' }),
    )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })
})

test('a refresh token of the auth server shows its session, generation and key, and not its MAC', async () => {
  const mac = 'm'.repeat(43)
  const { code, out } = await inspect(`e1.Zk3vJp0Qm1xYb7cT2nWd9A.17.q3fZx0aB.${mac}`)
  expect([code, out]).toEqual([0, expect.stringContaining('Zk3vJp0Qm1xYb7cT2nWd9A')])
  expect(out).toMatch(/generation {2}17/)
  expect(out).toContain('q3fZx0aB')
  expect(out).not.toContain(mac)
})

test('user data says which secret made it, and whether it has ended', async () => {
  const data = await tokens.sign('userdata+jwt', { userData: { name: 'Ada' }, exp: NOW + 60 })
  expect(await read(data)).toMatchObject({
    kind: 'user data',
    state: 'valid',
    key: 'GATEWAY_SECRET, number 2',
  })
  const mark = await tokens.sign('signed-out+jwt', { sid: 's', exp: NOW - 60 })
  expect(await read(mark)).toMatchObject({ kind: 'signed-out mark', state: 'expired' })
})

describe('a Cookie header', () => {
  test('is read as the gateway reads it, chunks and __Host- included', async () => {
    const token = await issuer.sign(goodClaims(NOW))
    const half = token.length / 2
    const header = `Cookie: a=b; __Host-accessToken.0=${token.slice(0, half)}; __Host-accessToken.1=${token.slice(half)}; __Host-refreshToken=opaque`
    expect(await read(header, '--cookie-header')).toMatchObject({
      cookies: { accessToken: { state: 'valid' }, refreshToken: { state: 'opaque' } },
      broken: [],
      refused: null,
    })
  })

  test('that names a cookie twice says that it is not used', async () => {
    const token = await issuer.sign(goodClaims(NOW))
    const { code, out } = await inspect(`accessToken=${token}; accessToken=x`, '--cookie-header')
    expect([code, out]).toEqual([1, expect.stringContaining('"accessToken" was sent twice')])
  })

  test('of a browser that has signed out is refused', async () => {
    const mark = await tokens.sign('signed-out+jwt', { sid: 'session-1', exp: NOW + 60 })
    const header = `accessToken=${await issuer.sign(goodClaims(NOW))}; signedOut=${mark}`
    const { code, out } = await inspect(header, '--cookie-header')
    expect([code, out]).toEqual([1, expect.stringContaining('signed out of this session')])
  })
})

test.each(['', '--token='])(
  'a token in an argument (%j) is refused with 2, and not repeated',
  async (option) => {
    const token = await issuer.sign(goodClaims(NOW))
    const { code, out, err } = await inspect('', option + token)
    expect([code, out, err]).toEqual([2, '', expect.stringContaining('standard input')])
    expect(err).not.toContain(token)
  },
)

test('no secret of the environment is ever printed', async () => {
  const secret = 'a shared secret of the tests 0123456789'
  const shared = await createIssuer('HS256', 'k', secret)
  const { out, err } = await inspect(await shared.sign(goodClaims(NOW)), '', { ETLS_ACCESS: secret })
  expect(out).toContain('access token: valid')
  expect(out + err).not.toContain(secret)
})

test('user data without a secret to verify it says so', async () => {
  const data = await tokens.sign('userdata+jwt', { userData: {}, exp: NOW + 60 })
  const { code, out } = await inspect(data, '', {})
  expect([code, out]).toEqual([1, expect.stringContaining('no_secret: GATEWAY_SECRET is not set here')])
})

test('a key set that cannot be had leaves an access token unverifiable', async () => {
  const { code, out } = await inspect(await issuer.sign(goodClaims(NOW)), '', {
    REMOTE_API: 'http://127.0.0.1:1',
  })
  expect([code, out]).toEqual([1, expect.stringContaining('access token: unverifiable')])
})

test('an environment that cannot be used is said in a sentence', async () => {
  const { code, err } = await inspect('x', '', { ETLS_ACCESS: 'short' })
  expect([code, err]).toEqual([1, 'make each secret at least 32 bytes long (HS256)\n'])
})
