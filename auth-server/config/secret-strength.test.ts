import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { generateRefreshSecret } from './generate-secrets.ts'
import { isStrongSecret } from './secret-strength.ts'

it.each([
  ['short', 'Zk3vJp0Qm1xYb7cT2nWd9A'],
  ['31 bytes long', 'Zk3vJp0Qm1xYb7cT2nWd9A-0123456x'],
  ['one character', 'r'.repeat(64)],
  ['seven characters in every order', 'abcdefggfedcbacegbdfaabbccddeeffgg'],
  ['a word, repeated', 'changeme'.repeat(8)],
  ['eight characters, repeated and cut off', 'abcdefgh'.repeat(5).slice(0, 37)],
])('ASVS 11.5.1: a secret that is %s is weak', (_title, secret) => {
  expect(isStrongSecret(secret)).toBe(false)
})

it('takes what tools make: base64url, base64 and hex of 16 random bytes and more', () => {
  for (let i = 0; i < 200; i++) {
    expect(isStrongSecret(generateRefreshSecret())).toBe(true)
    expect(isStrongSecret(randomBytes(32).toString('base64'))).toBe(true)
    expect(isStrongSecret(randomBytes(16).toString('hex'))).toBe(true)
  }
})

it('takes a sentence that somebody made up, in any script', () => {
  expect(isStrongSecret('a secret of the tests that is long enough')).toBe(true)
  expect(isStrongSecret('der Gärtner gießt jeden Morgen Öl')).toBe(true)
})
