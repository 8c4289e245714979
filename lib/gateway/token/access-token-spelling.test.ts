import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SECRET } from '../testing/issuer.ts'
import { CLAIMS, ISSUERS, invalid, issuer, NOW, read } from '../testing/tokens.ts'
import { createGatewayTokens } from './gateway-token.ts'

const encode = (text: string) => Buffer.from(text).toString('base64url')

describe('RFC 7515 3.1: a token has one spelling', () => {
  it('white space, which lenient decoders skip, is refused in every part', async () => {
    const token = await issuer.sign(CLAIMS)
    const [header = '', payload = '', signature = ''] = token.split('.')
    for (const space of [' ', '\t', '\n', '\r\n', '\u00a0', '\u2028', '\ufeff', '\0']) {
      const broken = [
        space + token,
        token + space,
        `${header}${space}.${payload}.${signature}`,
        `${header}.${payload.slice(0, 9)}${space}${payload.slice(9)}.${signature}`,
        `${header}.${payload}.${space}${signature}`,
      ]
      for (const value of broken)
        expect(await read(value), JSON.stringify(value)).toEqual(invalid('malformed'))
    }
  })

  it('padding and standard base64 are refused', async () => {
    const token = await issuer.sign(CLAIMS)
    const broken = [
      `${token}=`,
      `${token}==`,
      token.replace('.', '=.'),
      token.replace('.', '+.'),
      token.replace('.', '/.'),
    ]
    for (const value of broken) expect(await read(value)).toEqual(invalid('malformed'))
  })

  it('RFC 4648 3.5: stray bits behind the last byte are refused', async () => {
    const token = await issuer.sign(CLAIMS)
    const last = token.at(-1) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const sibling = alphabet[alphabet.indexOf(last) + 1] ?? ''
    const other = token.slice(0, -1) + sibling
    const bytes = (value: string) => Buffer.from(value.split('.')[2] ?? '', 'base64url')
    expect(bytes(other)).toEqual(bytes(token))
    expect(await read(other)).toEqual(invalid('malformed'))
    expect((await read(token)).state).toBe('valid')
  })

  it.each([
    '',
    '.',
    '..',
    '...',
    'a.b',
    'a.b.c',
    'a.b.c.d',
    'a.b.c.d.e',
    'e30.e30.e30.',
    '.e30.e30.e30',
    'e30.e30.e30.e30',
    'é.é.é',
    'W10.e30.c2ln',
    'bnVsbA.e30.c2ln',
    'e30.bnVsbA.c2ln',
    '='.repeat(9),
  ])('%j is no token', async (value) => {
    expect((await read(value)).state).toBe('invalid')
  })

  it('a token of a megabyte is not even looked at', async () => {
    const begun = performance.now()
    for (const value of ['a'.repeat(1 << 20), `${'a.'.repeat(1 << 19)}`, `${'a'.repeat(1 << 20)}.e30.c2ln`])
      expect(await read(value)).toEqual(invalid('malformed'))
    const signed = await issuer.sign({ ...CLAIMS, padding: 'x'.repeat(1 << 20) })
    expect(await read(signed)).toEqual(invalid('malformed'))
    expect(performance.now() - begun).toBeLessThan(2000)
  })

  it('what the gateway itself issues has one spelling, too', async () => {
    const tokens = createGatewayTokens({ keys: { secret: SECRET }, gatewaySecrets: [] })
    const mark = await tokens.sign('signed-out+jwt', { sid: 's1', exp: NOW + 60 })
    expect(await tokens.verify('signed-out+jwt', mark, NOW)).toMatchObject({ sid: 's1' })
    for (const value of [`${mark} `, mark.replace('.', '\n.'), `${mark}=`])
      expect(await tokens.verify('signed-out+jwt', value, NOW)).toBeNull()
  })
})

describe('RFC 7515 4, RFC 7519 4: of a name that comes twice the last counts, for every check alike', () => {
  const signRaw = (header: string, payload: string) => {
    const input = `${encode(header)}.${encode(payload)}`
    return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`
  }
  const readRaw = (header: string, payload = JSON.stringify(CLAIMS)) =>
    read(signRaw(header, payload), { by: ISSUERS.HS256 })

  it('a claim', async () => {
    const text = JSON.stringify(CLAIMS)
    const twice = text.replace('"sub":', '"sub":"somebody-else","sub":')
    expect(await read(await issuer.sign(twice))).toMatchObject({ claims: { subject: CLAIMS.sub } })
    const late = text.replace('"exp":', `"exp":${NOW + 1e6},"exp":`)
    expect(await read(await issuer.sign(late))).toMatchObject({ claims: { expiresAt: CLAIMS.exp } })
  })

  it.each([
    ['{"alg":"none","alg":"HS256","typ":"at+jwt"}', 'valid'],
    ['{"alg":"HS256","alg":"none","typ":"at+jwt"}', 'invalid'],
    ['{"alg":"HS256","\\u0061lg":"none","typ":"at+jwt"}', 'invalid'],
    ['{"alg":"HS256","typ":"userdata+jwt","typ":"at+jwt"}', 'valid'],
    ['{"alg":"HS256","typ":"at+jwt","typ":"userdata+jwt"}', 'invalid'],
    ['{"alg":"HS256","typ":"at+jwt","jwk":null}', 'invalid'],
    ['{"__proto__":{"alg":"HS256","typ":"at+jwt"}}', 'invalid'],
  ])('a header: %s is %s', async (header, state) => {
    expect((await readRaw(header)).state).toBe(state)
  })

  it('a claim that every object has is none of the claims that are asked for', async () => {
    const { sub: _sub, ...rest } = CLAIMS
    const text = JSON.stringify(rest).replace('{', '{"__proto__":{"sub":"user-1"},"constructor":{},')
    expect(await read(await issuer.sign(text))).toEqual(invalid('claim_sub'))
  })
})
