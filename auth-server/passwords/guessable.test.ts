import { dictionary } from '@zxcvbn-ts/language-common'
import { expect, it } from 'vitest'
import { whyGuessable } from './guessable.ts'

const context = ['ada.lovelace@example.com', 'Ada King', 'evergate', 'evergate-app']

it('ASVS 6.2.4, 6.2.12: knows more than the 3000 most common passwords of at least 8 characters', () => {
  const long = dictionary['passwords-common'].filter((password) => [...password].length >= 8)
  expect(long.length).toBeGreaterThan(3000)
  for (const password of long) expect(whyGuessable(password, [])).toBeDefined()
})

it.each(['password', 'Password1', 'QWERTYUIOP', 'iloveyou', '1234567890', 'trustno1'])(
  'ASVS 6.2.4: %s is common, in any case',
  (password) => {
    expect(whyGuessable(password, context)).toMatch(/common/)
  },
)

it.each([
  'lovelace.ada',
  'Lovelace1!',
  'ada.lovelace',
  'AdaLovelace99',
  'evergate2026',
  'Evergate!!',
  'adaking1',
  'lovelace12345678',
  'evergate-app-1',
])('ASVS 6.2.11: %s is little more than the person’s or the service’s name', (password) => {
  expect(whyGuessable(password, context)).toBe('too_personal')
})

it.each([
  'correct horse',
  'lovelace rides a horse',
  'evergate-swordfish',
  'x'.repeat(64),
  'ein Satz über Gärten',
  '🐎🐎🐎🐎🐎🐎🐎🐎',
])('ASVS 6.2.5: %s may be used', (password) => {
  expect(whyGuessable(password, context)).toBeUndefined()
})

it('a name of two letters rules out nothing', () => {
  expect(whyGuessable('alabaster', ['al@example.com', 'Al'])).toBeUndefined()
})

it('the passwords of the demo users could be chosen by them', () => {
  for (const name of ['demo', 'admin'])
    expect(whyGuessable(`${name}-password-123`, [`${name}@example.com`, name, 'evergate'])).toBeUndefined()
})
