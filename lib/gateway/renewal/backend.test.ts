import { describe, expect, it } from 'vitest'
import { cookiesIn, createHarness } from '../testing/harness.ts'
import type { Backend, IssuedTokens, RefreshAnswer } from './backend.ts'

/** A visit with an expired token, at a gateway whose backend is a function of somebody's own. */
async function visit(refresh: (harness: { token(): Promise<string> }) => unknown, options = {}) {
  const presented: string[] = []
  const backend: Backend = {
    refresh: async ({ refreshToken }) => {
      presented.push(refreshToken)
      return (await refresh(harness)) as RefreshAnswer
    },
  }
  const harness = await createHarness({ backend, ...options })
  const cookies = { accessToken: await harness.expired(), refreshToken: 'r1' }
  const outcome = await harness.send('/dashboard', { cookies })
  return { outcome, presented, decisions: harness.decisions, refusal: outcome.refusal?.status }
}

const TOKENS = { refreshToken: null, refreshTokenMaxAge: null, userData: null, otherCookies: [] }
const rotating =
  (tokens: Partial<Record<keyof IssuedTokens, unknown>>) =>
  async (harness: { token(): Promise<string> }) => ({
    result: 'rotated',
    tokens: { ...TOKENS, accessToken: await harness.token(), ...tokens },
  })

describe('a backend of your own', () => {
  it('renews a session', async () => {
    const { outcome, presented } = await visit(rotating({ refreshToken: 'r2' }))
    expect(presented).toEqual(['r1'])
    expect(outcome.outcome).toBe('renewed')
    expect(cookiesIn(outcome)).toMatchObject({ refreshToken: 'r2' })
  })

  it('ends a session, and says why', async () => {
    const { outcome, decisions } = await visit(() => ({ result: 'refused', reason: 'banned' }))
    expect(outcome.outcome).toBe('ended')
    expect(decisions).toContainEqual(
      expect.objectContaining({ type: 'session.ended', reason: 'banned', sid: 'session-1' }),
    )
  })

  it('is asked again when it says that it is unavailable', async () => {
    const { outcome, presented } = await visit(() => ({ result: 'unavailable', reason: 'busy' }))
    expect(outcome.outcome).toBe('degraded')
    expect(presented).toHaveLength(4)
  })

  it('is asked once when it says that another call could be taken for theft', async () => {
    const answer = { result: 'unavailable', reason: 'no_answer', repeat: 'never' }
    const { outcome, presented } = await visit(() => answer)
    expect(outcome.outcome).toBe('degraded')
    expect(outcome.setCookies).toEqual([])
    expect(presented).toEqual(['r1'])
  })

  it('that ignores the deadline holds nobody longer than that', async () => {
    const { outcome } = await visit(() => new Promise(() => {}), { refreshTimeout: 50 })
    expect(outcome.outcome).toBe('degraded')
  })

  it.each<[string, () => unknown]>([
    ['throws', () => Promise.reject(new Error('a bug'))],
    ['answers nothing', () => undefined],
    ['answers something else', () => ({ result: 'yes' })],
    ['says rotated without tokens', () => ({ result: 'rotated' })],
  ])('that %s touches no cookie, and is not asked again', async (_, refresh) => {
    const { outcome, presented, refusal } = await visit(refresh)
    expect([outcome.outcome, refusal, outcome.setCookies]).toEqual(['degraded', 503, []])
    expect(presented).toEqual(['r1'])
  })

  it.each([
    ['an access token that is no text', { accessToken: 1 }],
    ['an empty refresh token', { refreshToken: '' }],
    ['a refresh token that would set an attribute', { refreshToken: 'r2; Domain=evil.example' }],
    ['a refresh token with a line break', { refreshToken: 'r2\r\nset-cookie: a=b' }],
    ['user data that is no object', { userData: ['Ann'] }],
    ['an access token that somebody else signed', { accessToken: 'e30.e30.e30' }],
  ])('%s is not believed', async (_, tokens) => {
    const { outcome } = await visit(rotating(tokens))
    expect([outcome.outcome, outcome.setCookies]).toEqual(['degraded', []])
  })
})
