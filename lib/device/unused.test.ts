import { describe, expect, it, onTestFinished } from 'vitest'
import type { Outcome } from '../gateway/response/outcome.ts'
import { createHarness, KINDS } from '../gateway/testing/harness.ts'
import { bindDevices } from './bind-devices.ts'
import { askedIn, boundHarness, fakeBrowser, ORIGIN, OWN } from './testing/fake-browser.ts'

const plain = async ({ refusal, requestHeaders, ...outcome }: Outcome) => ({
  ...outcome,
  refusal: refusal && [refusal.status, [...refusal.headers], await refusal.clone().text()],
  // A renewal begins a trace of its own.
  requestHeaders: [...(requestHeaders ?? [])].filter(([name]) => name !== 'traceparent'),
  renewal: null,
  finish: undefined,
})

describe('a browser without device keys', () => {
  it('gets the same answers under `prefer`, one header apart', async () => {
    const secret = { gatewaySecrets: ['a secret of the gateway that is long enough'] }
    const [bound, without] = [await boundHarness({}, secret), await createHarness(secret)]
    const tokens = { ...bound, ...{ none: async () => undefined } }
    for (const kind of Object.values(KINDS))
      for (const path of ['/', '/page', '/admin', '/renew'])
        for (const state of ['valid', 'expiring', 'expired', 'none'] as const)
          for (const refreshToken of ['r1', 'made-up', undefined]) {
            const accessToken = await tokens[state]()
            const cookies = {
              ...(accessToken && { '__Host-accessToken': accessToken }),
              ...(refreshToken && { '__Host-refreshToken': refreshToken }),
            }
            const sent = {
              headers: { ...kind, ...OWN },
              cookies,
              method: kind === KINDS.action ? 'POST' : 'GET',
            }
            const [one, other] = [await bound.send(path, sent), await without.send(ORIGIN + path, sent)]
            // Each signs an access token of its own on a renewal, in the same moment.
            expect(await plain(one)).toEqual(await plain(other))
            const added = [...(one.finish?.(new Response()).headers ?? [])].map(([name]) => name)
            expect([[], ['secure-session-registration']]).toContainEqual(added)
          }
  })
})

describe('binding is off, and says so once,', () => {
  it('where `domain` shares the cookies', async () => {
    const harness = await boundHarness({}, { domain: 'app.test' })
    const cookies = { accessToken: await harness.fresh(), refreshToken: 'r1' }
    for (const _ of [1, 2])
      expect(
        (await harness.send('/page', { headers: { ...KINDS.document, ...OWN }, cookies })).finish,
      ).toBeUndefined()
    expect(harness.events).toMatchObject([{ type: 'device.misfit', reason: 'domain' }])
  })

  it('over plain http', async () => {
    const harness = await createHarness({ deviceBinding: bindDevices() })
    const cookies = { accessToken: await harness.valid(), refreshToken: 'r1' }
    for (const _ of [1, 2])
      expect(
        (await harness.send('/page', { headers: { ...KINDS.document, ...OWN }, cookies })).finish,
      ).toBeUndefined()
    expect(harness.events).toMatchObject([{ type: 'device.misfit', reason: 'http' }])
  })

  it('where access tokens live too short for what browsers let a site renew', async () => {
    const harness = await boundHarness({}, {}, 239)
    const browser = await fakeBrowser(harness)
    await browser.signIn()
    for (const _ of [1, 2]) expect(askedIn(await browser.open())).toBe('')
    expect(harness.events).toMatchObject([
      {
        type: 'device.misfit',
        reason: 'access_token_life',
        message: expect.stringContaining('ACCESS_TOKEN_TTL'),
      },
    ])
  })
})

describe('access tokens', () => {
  it('of less than 300 s are warned of', async () => {
    const harness = await boundHarness({}, {}, 240)
    const browser = await fakeBrowser(harness)
    await browser.bind()
    expect(harness.events).toMatchObject([
      { type: 'device.misfit', reason: 'access_token_quota' },
      { type: 'device.bound' },
    ])
  })

  it('of less than 240 s are refused, where ACCESS_TOKEN_TTL says so', async () => {
    const before = process.env.ACCESS_TOKEN_TTL
    onTestFinished(() => {
      if (before === undefined) delete process.env.ACCESS_TOKEN_TTL
      else process.env.ACCESS_TOKEN_TTL = before
    })
    process.env.ACCESS_TOKEN_TTL = '239'
    await expect(boundHarness()).rejects.toMatchObject({ code: 'invalid_option' })
    process.env.ACCESS_TOKEN_TTL = '240'
    await boundHarness()
  })
})
