import { describe, expect, it } from 'vitest'
import { createHarness, KINDS, refusing, UNREACHABLE } from '../testing/harness.ts'

const TRACE_ID = 'a'.repeat(32)
const TRACEPARENT = `00-${TRACE_ID}-${'b'.repeat(16)}-01`
const PROTECTED = '/dashboard?q=1'

describe('each request is told of once, by what was decided', () => {
  const about = { method: 'GET', path: '/dashboard', kind: 'document', answer: 'pass', sid: 'session-1' }

  it('active: which session, and how long its token lives', async () => {
    const { clock, decisions, send, valid } = await createHarness()
    await send(PROTECTED, { cookies: { accessToken: await valid() } })
    const [issuedAt, expiresAt] = [clock.seconds(), clock.seconds() + 900]
    expect(decisions).toEqual([
      {
        type: 'session.active',
        ...about,
        traceId: null,
        token: 'valid',
        issuedAt,
        expiresAt,
        verified: 'now',
      },
    ])
  })

  it('renewed: why it was due, how long that took, and whose call it was', async () => {
    const { backend, clock, decisions, expired, send } = await createHarness()
    const { answer } = backend
    const cookies = { accessToken: await expired(), refreshToken: 'r1' }
    let other: Promise<unknown> | undefined
    backend.answer = (call) => {
      // The second request comes while the first one's call is under way.
      other = send('/other', { cookies })
      clock.advance(250)
      return answer(call)
    }
    await send(PROTECTED, { cookies })
    await other
    expect(decisions).toMatchObject([
      { type: 'session.renewed', ...about, token: 'expired', waited: 250, shared: false },
      { type: 'session.renewed', ...about, path: '/other', token: 'expired', shared: true },
    ])
  })

  it('anonymous: nobody was signed in', async () => {
    const { decisions, send } = await createHarness()
    await send('/')
    await send(PROTECTED, { headers: KINDS.api })
    expect(decisions).toMatchObject([
      { type: 'session.anonymous', sid: null, token: 'absent', answer: 'pass' },
      { type: 'session.anonymous', sid: null, token: 'absent', kind: 'api', answer: 'unauthenticated' },
    ])
  })

  it("ended: by the backend's word", async () => {
    const { backend, decisions, expired, send } = await createHarness()
    backend.answer = refusing(403, 'refresh_token_reused')
    await send(PROTECTED, { cookies: { accessToken: await expired(), refreshToken: 'r1' } })
    expect(decisions).toMatchObject([
      { type: 'session.ended', ...about, answer: 'redirect-to-sign-in', reason: 'refresh_token_reused' },
    ])
  })

  it('degraded: what the backend failed with', async () => {
    const { backend, decisions, events, expiring, send } = await createHarness()
    backend.answer = UNREACHABLE
    const headers = { ...KINDS.document, traceparent: TRACEPARENT }
    await send(PROTECTED, { headers, cookies: { accessToken: await expiring(), refreshToken: 'r1' } })
    expect(decisions).toMatchObject([
      { type: 'session.degraded', ...about, traceId: TRACE_ID, token: 'expiring', reason: 'no_answer' },
    ])
    expect(events).toEqual([{ type: 'backend.unavailable', reason: 'no_answer', traceId: TRACE_ID }])
  })

  it('a path is told without its query, and no longer than 256 characters', async () => {
    const { decisions, send } = await createHarness()
    await send(`/${'a'.repeat(2000)}?token=secret`)
    expect(decisions[0]?.path).toBe(`/${'a'.repeat(255)}`)
  })
})

describe('the trace of a request', () => {
  const renewing = async (traceparent?: string) => {
    const harness = await createHarness()
    const outcome = await harness.send(PROTECTED, {
      headers: { ...KINDS.document, ...(traceparent && { traceparent }) },
      cookies: { refreshToken: 'r1' },
    })
    const sent = harness.backend.calls[0]?.headers.get('traceparent')
    return { ...harness, outcome, sent, told: harness.decisions[0]?.traceId }
  }

  it("is the browser's: the backend, the app, the event and the answer name it", async () => {
    const { outcome, sent, told } = await renewing(TRACEPARENT)
    expect(sent).toBe(TRACEPARENT)
    expect(told).toBe(TRACE_ID)
    expect(outcome.requestHeaders?.get('traceparent')).toBe(TRACEPARENT)
    expect(outcome.renewal?.traceparent).toBe(TRACEPARENT)
  })

  it.each([
    undefined,
    'nonsense',
    `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
    `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
    `ff-${TRACE_ID}-${'b'.repeat(16)}-01`,
    `${TRACEPARENT}-more`,
  ])('begins with the renewal where the browser sends %s', async (traceparent) => {
    const { outcome, sent, told } = await renewing(traceparent)
    expect(sent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/)
    expect(sent).not.toBe(traceparent)
    expect(sent).toContain(`-${told}-`)
    expect(outcome.requestHeaders?.get('traceparent')).toBe(sent)
    expect(outcome.renewal?.traceparent).toBe(sent)
  })

  it('is nothing to a request that is not renewed: its headers stay as they are', async () => {
    const { decisions, send, valid } = await createHarness()
    const outcome = await send(PROTECTED, { cookies: { accessToken: await valid() } })
    expect(outcome).toMatchObject({ requestHeaders: null, renewal: null })
    expect(decisions[0]?.traceId).toBeNull()
  })
})
