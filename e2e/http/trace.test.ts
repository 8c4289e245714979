import { describe, expect, test } from 'vitest'
import { asApi, asDocument, cookieHeader, expiredSession, signInAtAuthServer } from '../support/client.ts'
import { linesOf } from '../support/log-lines.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile({ LOG_LEVEL: 'debug' })

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const BY_THE_BROWSER = `00-${TRACE_ID}-00f067aa0ba902b7-01`

async function renewed(headers: Record<string, string> = {}): Promise<Response> {
  const cookie = cookieHeader(await expiredSession(stack))
  const response = await fetch(`${stack.app.url}/dashboard`, {
    headers: { ...asDocument, ...headers, cookie },
  })
  expect(response.headers.get('x-session')).toBe('renewed')
  return response
}

/** The trace id that the browser's developer tools show, next to how long things took. */
const namedBy = (response: Response) =>
  /\btraceparent;desc="00-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}"/.exec(
    response.headers.get('server-timing') ?? '',
  )?.[1]

/** The log of the parts about a trace: the gateway has renewed, the auth server has rotated. */
const saidOf = (traceId: string | undefined) =>
  linesOf(stack.app.output(), stack.auth.output())
    .filter((line) => line.traceId === traceId)
    .map(({ part, service, type, event }) => `${part ?? service}: ${type ?? event ?? 'request'}`)

describe('a trace runs from the browser to the auth server and back', () => {
  test('that of the browser', async () => {
    const response = await renewed({ traceparent: BY_THE_BROWSER })
    expect(namedBy(response)).toBe(TRACE_ID)
    await expect
      .poll(() => saidOf(TRACE_ID))
      .toEqual(
        expect.arrayContaining(['gateway: session.renewed', 'auth-server: rotated', 'auth-server: request']),
      )
  })

  test('one that the gateway begins, because the browser has none', async () => {
    const traceId = namedBy(await renewed())
    expect(traceId).toMatch(/^[\da-f]{32}$/)
    await expect
      .poll(() => saidOf(traceId))
      .toEqual(expect.arrayContaining(['gateway: session.renewed', 'auth-server: rotated']))
  })

  test.each([
    ['of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['of another form', 'x'.repeat(300)],
  ])('one %s is not taken up; another begins', async (_form, traceparent) => {
    const traceId = namedBy(await renewed({ traceparent }))
    expect(traceId).toMatch(/^(?!0+$)[\da-f]{32}$/)
    await expect.poll(() => saidOf(traceId)).toContain('auth-server: rotated')
    expect(stack.app.output() + stack.auth.output()).not.toContain(traceparent)
  })

  test('also with the answer that ends a session', async () => {
    const { refreshToken } = await signInAtAuthServer(stack)
    const cookie = cookieHeader({ refreshToken })
    await fetch(`${stack.auth.url}/logout`, { method: 'POST', headers: { cookie } })
    const headers = { ...asDocument, cookie }
    const response = await fetch(`${stack.app.url}/dashboard`, { headers, redirect: 'manual' })
    expect(response.headers.get('x-session')).toBe('ended')
    await expect
      .poll(() => saidOf(namedBy(response)))
      .toEqual(expect.arrayContaining(['gateway: session.ended', 'auth-server: refresh-refused']))
  })

  test('what the app asks of the backend for this request belongs to it, too', async () => {
    const traceId = 'a'.repeat(31).concat('1')
    const cookie = cookieHeader(await expiredSession(stack))
    const headers = { ...asApi, cookie, traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
    stack.line.forget()
    expect((await fetch(`${stack.app.url}/api/backend/me`, { headers })).status).toBe(200)
    const sent = ['/refreshtoken', '/me'].map((path) => stack.line.calls(path)[0]?.headers.traceparent)
    expect(sent).toEqual([expect.stringContaining(traceId), expect.stringContaining(traceId)])
  })
})
