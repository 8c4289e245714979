import { describe, expect, it } from 'vitest'
import { describeFramework } from '../frameworks/support/cases.ts'
import { asApi, cookieHeader, expiredSession } from '../support/client.ts'
import { bun, deno } from './support/runtimes.ts'

describe('without Next and without Node', () => {
  for (const runtime of [bun, deno])
    describeFramework(runtime, (running) => {
      const stream = async (cookie: string) =>
        fetch(`${running().url}/stream`, { headers: { ...asApi, cookie } })

      it('streams the answer of a renewed request', async () => {
        const answer = await stream(cookieHeader(await expiredSession(running())))
        expect(answer.headers.get('x-session')).toBe('renewed')
        const arrived: number[] = []
        for await (const _ of answer.body ?? []) arrived.push(performance.now())
        expect((arrived.at(-1) ?? 0) - (arrived[0] ?? 0)).toBeGreaterThan(300)
      })

      it('tells the backend the address of the connection, and not the visitor’s word', async () => {
        const headers = { ...asApi, 'x-forwarded-for': '203.0.113.7' }
        const cookie = cookieHeader(await expiredSession(running()))
        await fetch(`${running().url}/`, { headers: { ...headers, cookie } })
        const [call] = running().line.calls('/refreshtoken')
        expect(call?.headers['x-forwarded-for']).toMatch(/127\.0\.0\.1|::1/)
      })

      it('opens the breaker in an outage, and spares the backend', async () => {
        const sessions = await Promise.all(Array.from({ length: 8 }, () => expiredSession(running())))
        running().line.set('cut')
        for (const session of sessions) expect((await stream(cookieHeader(session))).status).toBe(503)
        await expect.poll(running().output).toContain('breaker.opened')
        running().line.set('connected')
        const status = async () => (await stream(cookieHeader(sessions[0] ?? {}))).status
        await expect.poll(status, { timeout: 20_000 }).toBe(200)
      })
    })
})
