import { describe, expect, it } from 'vitest'
import { SECRET } from '../testing/issuer.ts'
import { ISSUERS } from '../testing/tokens.ts'
import { importSecret } from './algorithms.ts'
import { verifyJwt } from './verify-jwt.ts'

const key = await importSecret(SECRET)
const sign = (payload: string) => ISSUERS.HS256.sign(payload)

it('says what was signed, and under which header', async () => {
  expect(await verifyJwt(await sign('{"a":1}'), key, 'HS256')).toMatchObject({
    header: { alg: 'HS256', typ: 'at+jwt' },
    payload: { a: 1 },
  })
})

it('RFC 8725 3.1: refuses an algorithm other than the expected one, although the signature is right', async () => {
  await expect(verifyJwt(await sign('{}'), key, 'HS512')).rejects.toMatchObject({
    code: 'ERR_JOSE_ALG_NOT_ALLOWED',
  })
})

describe('RFC 7519 7.2: refuses a payload that is no claims set', () => {
  it.each(['null', '[]', '[{"sub":"user-1"}]', '"text"', '7', 'true'])('%s', async (payload) => {
    await expect(verifyJwt(await sign(payload), key, 'HS256')).rejects.toThrow('no claims set')
  })

  it.each([' ', '{', '{"a":1}}', '\ufeff{"a":1}', "{'a':1}"])('%j', async (payload) => {
    await expect(verifyJwt(await sign(payload), key, 'HS256')).rejects.toBeInstanceOf(SyntaxError)
  })
})

it('refuses a payload that is no UTF-8, instead of guessing what it says', async () => {
  const { CompactSign } = await import('jose')
  const bytes = Uint8Array.from([...Buffer.from('{"sub":"'), 0xc3, 0x28, ...Buffer.from('"}')])
  const token = await new CompactSign(bytes).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SECRET))
  await expect(verifyJwt(token, key, 'HS256')).rejects.toBeInstanceOf(TypeError)
})

it('refuses a second spelling of a token before it looks at the signature', async () => {
  await expect(verifyJwt(`${await sign('{}')}=`, key, 'HS256')).rejects.toThrow('no compact JWS')
})
