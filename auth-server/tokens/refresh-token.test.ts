import crypto, { createHmac } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createRefreshTokens } from './refresh-token.ts'

const secret = 'one secret of at least 32 bytes!!'
const other = 'another secret of at least 32 b!!'
const tokens = createRefreshTokens([secret])

const sid = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'))
const generation = fc.nat(2 ** 31 - 1)
const example = tokens.derive('AAAAAAAAAAAAAAAAAAAAAA', 7)

it('gives back the session and the generation it was derived from', () => {
  fc.assert(
    fc.property(sid, generation, (id, g) => {
      expect(tokens.verify(tokens.derive(id, g))).toEqual({ sid: id, generation: g })
    }),
  )
})

it('derives the same token again, on any server with the same secret', () => {
  fc.assert(
    fc.property(sid, generation, (id, g) => {
      expect(createRefreshTokens([secret]).derive(id, g)).toBe(tokens.derive(id, g))
    }),
  )
})

it('derives different tokens for different sessions and generations', () => {
  fc.assert(
    fc.property(sid, sid, generation, generation, (a, b, g, h) => {
      fc.pre(a !== b || g !== h)
      expect(tokens.derive(a, g)).not.toBe(tokens.derive(b, h))
    }),
  )
})

it('needs no encoding in a cookie', () => {
  fc.assert(
    fc.property(sid, generation, (id, g) => void expect(tokens.derive(id, g)).toMatch(/^[\w.-]{70,128}$/)),
  )
})

describe('refuses', () => {
  const refused = (token: string): void => {
    expect(tokens.verify(token), token).toBeUndefined()
  }

  it('ASVS 7.2.1: every token with one bit flipped, whichever bit', () => {
    const bytes = Buffer.from(example, 'latin1')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      refused(flipped.toString('latin1'))
    }
  })

  it('every token with one character replaced by another of its alphabet', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
    for (let index = 0; index < example.length; index++)
      for (const character of alphabet)
        if (character !== example[index])
          refused(example.slice(0, index) + character + example.slice(index + 1))
  })

  it('every truncated token', () => {
    for (let length = 0; length < example.length; length++) {
      refused(example.slice(0, length))
      refused(example.slice(example.length - length))
    }
  })

  it.each(['A', '.', '=', ' ', '\n', '\0', example, `.${'A'.repeat(43)}`])(
    'a token extended by %j',
    (more) => {
      refused(example + more)
      refused(more + example)
    },
  )

  it("ASVS 7.2.1: another session's MAC", () => {
    fc.assert(
      fc.property(sid, sid, generation, (a, b, g) => {
        fc.pre(a !== b)
        const [mine, foreign] = [tokens.derive(a, g), tokens.derive(b, g)]
        refused(mine.slice(0, -43) + foreign.slice(-43))
      }),
    )
  })

  it("another generation's MAC", () => {
    const [a, b] = [tokens.derive('AAAAAAAAAAAAAAAAAAAAAA', 1), tokens.derive('AAAAAAAAAAAAAAAAAAAAAA', 2)]
    refused(a.slice(0, -43) + b.slice(-43))
  })

  it.each([
    '07',
    '+7',
    '-1',
    '7.0',
    '7e1',
    '0x7',
    '',
    ' 7',
    '٧',
    '9007199254740993',
    '1000000000000000',
    '999999999999999',
  ])('the generation %j, although its MAC is right', (digits) => {
    const [version, id, , key] = example.split('.')
    const body = [version, id, digits, key].join('.')
    refused(`${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`)
  })

  it('anything of a megabyte, quickly', () => {
    refused('A'.repeat(1 << 20))
    refused(`e1.${'A'.repeat(22)}.${'9'.repeat(1 << 20)}.AAAAAAAA.${'A'.repeat(43)}`)
  })

  it('any text that it did not make', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), refused))
  })

  it('a token made with a secret it does not have', () => {
    refused(createRefreshTokens([other]).derive('AAAAAAAAAAAAAAAAAAAAAA', 7))
  })
})

describe('with rotated secrets', () => {
  const rotated = createRefreshTokens([other, secret])

  it('accepts tokens of the older secret', () => {
    expect(rotated.verify(example)).toEqual({ sid: 'AAAAAAAAAAAAAAAAAAAAAA', generation: 7 })
  })

  it('derives with the newest', () => {
    const token = rotated.derive('AAAAAAAAAAAAAAAAAAAAAA', 8)
    expect(createRefreshTokens([other]).verify(token)).toBeDefined()
    expect(tokens.verify(token)).toBeUndefined()
  })

  it('refuses tokens of a secret that was dropped', () => {
    expect(createRefreshTokens([other]).verify(example)).toBeUndefined()
  })
})

it('ASVS 11.2.4: what is well-formed costs one MAC and one comparison in constant time, whatever is wrong with it', () => {
  const compare = vi.spyOn(crypto, 'timingSafeEqual')
  const hmac = vi.spyOn(crypto, 'createHmac')
  syncBuiltinESMExports()
  onTestFinished(() => {
    vi.restoreAllMocks()
    syncBuiltinESMExports()
  })
  const tokens = createRefreshTokens([secret])
  const [version, sid, , number, mac] = example.split('.')
  for (const token of [
    example,
    `${example.slice(0, -1)}${example.endsWith('A') ? 'B' : 'A'}`,
    [version, sid, '999', number, mac].join('.'),
    [version, sid, '0', 'AAAAAAAA', mac].join('.'),
  ]) {
    compare.mockClear()
    hmac.mockClear()
    tokens.verify(token)
    expect([compare.mock.calls.length, hmac.mock.calls.length], token).toEqual([1, 1])
  }
})
