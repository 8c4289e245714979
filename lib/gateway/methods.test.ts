import { describe, expect, it } from 'vitest'
import { cookiesIn, createHarness, KINDS, refusing } from './testing/harness.ts'

const rules = [
  { path: '/renew', require: 'session', renew: 'always', methods: ['POST'] },
  { path: '/logout', require: 'public', methods: ['POST'] },
  { path: '/page', require: 'session', methods: ['GET', 'POST'] },
] as const
const OWN = { 'sec-fetch-site': 'same-origin' }

describe('a method that a route does not have changes nothing', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PROPFIND'])('%s', async (method) => {
    const { backend, expired, send, valid } = await createHarness({ rules })
    const good = { accessToken: await valid(), refreshToken: 'r1' }
    const old = { accessToken: await expired(), refreshToken: 'r1' }
    const broken = `accessToken=a; accessToken=b; refreshToken=r1`
    for (const [cookies, path, outcome, status] of [
      [good, '/renew', 'active', undefined],
      [old, '/renew', 'anonymous', 401],
      [broken, '/renew', 'anonymous', 401],
      [{ refreshToken: 'r1' }, '/renew', 'anonymous', 401],
      [good, '/logout', 'active', undefined],
      [old, '/logout', 'anonymous', undefined],
      [broken, '/logout', 'anonymous', undefined],
    ] as const) {
      const answer = await send(path, { method, headers: { ...KINDS.api, ...OWN }, cookies })
      expect([answer.outcome, answer.setCookies, answer.refusal?.status]).toEqual([outcome, [], status])
    }
    expect(backend.calls).toEqual([])
  })

  it('HEAD comes with GET', async () => {
    const { expired, send } = await createHarness({ rules })
    const cookies = { accessToken: await expired(), refreshToken: 'r1' }
    expect((await send('/page', { method: 'HEAD', headers: KINDS.api, cookies })).outcome).toBe('renewed')
  })

  it('its own method renews, as before', async () => {
    const { send, valid } = await createHarness({ rules })
    const cookies = { accessToken: await valid(), refreshToken: 'r1' }
    const outcome = await send('/renew', { method: 'POST', headers: { ...KINDS.api, ...OWN }, cookies })
    expect([outcome.outcome, cookiesIn(outcome).refreshToken]).toEqual(['renewed', 'r2'])
  })

  it('nor does a session that was signed out leave a mark, or lose its cookies, by it', async () => {
    const { backend, expired, send, valid } = await createHarness({ rules })
    backend.answer = refusing(403, 'session_revoked')
    const old = { accessToken: await expired(), refreshToken: 'r1' }
    const ended = await send('/logout', { method: 'POST', headers: { ...KINDS.api, ...OWN }, cookies: old })
    const signedOut = cookiesIn(ended).signedOut ?? ''
    expect(signedOut).not.toBe('')
    const later = await send('/logout', {
      headers: KINDS.api,
      cookies: { accessToken: await valid(), signedOut },
    })
    expect(later.setCookies).toEqual([])
  })
})
