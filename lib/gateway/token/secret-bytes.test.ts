import { describe, expect, it } from 'vitest'
import { secretBytes } from './secret-bytes.ts'

const bytes = [0, 1, 250, 251, 252, 253, 254, 255]

describe('a secret', () => {
  it.each([
    'hex:0001fafbfcfdfeff',
    'HEX:0001FAFBFCFDFEFF',
    'base64:AAH6+/z9/v8=',
    'base64:AAH6+/z9/v8',
    'base64:AAH6-_z9_v8',
  ])('spells bytes: %s', (secret) => {
    expect([...secretBytes(secret)]).toEqual(bytes)
  })

  it.each(['plain text', 'zwölf', 'hex:', 'hex:0', 'hex:0g', 'base64:', 'base64:a b', 'xhex:00', ' hex:00'])(
    'is its text: %j',
    (secret) => {
      expect(new TextDecoder().decode(secretBytes(secret))).toBe(secret)
    },
  )
})
