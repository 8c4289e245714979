import { describe, expect, it } from 'vitest'
import { createGatewayTokens } from '../gateway/token/gateway-token.ts'
import { isChallenge, makeChallenge } from './challenge.ts'

const NOW = 1_900_000_000
const [OLD, NEW] = [
  'an old secret that is long enough for HS256',
  'a new secret that is long enough for HS256',
]
const tokensOf = (...gatewaySecrets: readonly string[]) =>
  createGatewayTokens({ gatewaySecrets, keys: { jwksUrl: 'http://backend.test' } })
const tokens = tokensOf(NEW)

describe('a challenge', () => {
  it('is good for what it was made for, and for so long; it fits into a structured string, and tells no token', async () => {
    const challenge = await makeChallenge(tokens, 'r1', 60, NOW)
    expect(challenge).toMatch(/^[\w.-]{100,300}$/)
    expect(Buffer.from(challenge.split('.')[1] ?? '', 'base64url').toString()).not.toMatch(/r1/)
    expect(await isChallenge(tokens, challenge, 'r1', NOW + 59)).toBe(true)
    expect(await isChallenge(tokens, challenge, 'r1', NOW + 60)).toBe(false)
  })

  it.each([
    ['another refresh token', 'r2'],
    ['a registration', 's1'],
  ] as const)('is not good for %s', async (_, subject) => {
    const challenge = await makeChallenge(tokens, 'r1', 60, NOW)
    expect(await isChallenge(tokens, challenge, subject, NOW)).toBe(false)
  })

  it('is checked by each secret, and made by the first', async () => {
    const before = await makeChallenge(tokensOf(OLD), 's1', 60, NOW)
    expect(await isChallenge(tokensOf(NEW, OLD), before, 's1', NOW)).toBe(true)
    const after = await makeChallenge(tokensOf(NEW, OLD), 's1', 60, NOW)
    expect(await isChallenge(tokensOf(OLD), after, 's1', NOW)).toBe(false)
  })

  it('is none that the gateway has signed for something else, and no other text', async () => {
    const mark = await tokens.sign('signed-out+jwt', { sub: 's1', exp: NOW + 60 })
    for (const text of ['', 'x', `${NOW}.AAAA`, mark])
      expect(await isChallenge(tokens, text, 's1', NOW)).toBe(false)
  })
})
