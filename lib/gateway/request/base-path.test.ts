import { describe, expect, it } from 'vitest'
import { createHarness, KINDS, UNREACHABLE } from '../testing/harness.ts'

const rules = [
  { path: '/', require: 'public' },
  { path: '/open/:path*', require: 'public' },
  { path: '/admin/:path*', require: { roles: ['admin'] } },
] as const

describe('ASVS 8.2.1: below a basePath', () => {
  it.each([
    '/app/admin',
    '/app//admin',
    '/app/%61dmin/',
    '/app/admin.rsc',
    '/app/open/../admin',
    '/app/_next/data/x/admin.json',
  ])('%s meets the rule for /admin', async (path) => {
    const { valid, send } = await createHarness({ rules, basePath: '/app' })
    const outcome = await send(path, { cookies: { accessToken: await valid() } })
    expect([outcome.outcome, outcome.refusal?.status]).toEqual(['active', 403])
  })

  it.each(['/app', '/app/', '/app/open/x'])('%s is public', async (path) => {
    const { send } = await createHarness({ rules, basePath: '/app' })
    expect((await send(path)).refusal).toBeNull()
  })

  it.each(['/application', '/app%2fopen/x', '/x/app/open', '/APP/open/x'])(
    '%s is not below it',
    async (path) => {
      const { send } = await createHarness({ rules, basePath: '/app' })
      expect((await send(path)).refusal?.status).toBe(303)
    },
  )

  it('the sign-in page is below it, and is told the path that Next itself adds it to', async () => {
    const { send } = await createHarness({ rules, basePath: '/app' })
    const { refusal } = await send('/app/dashboard?a=b')
    expect(refusal?.headers.get('location')).toBe('/app/login?returnTo=%2Fdashboard%3Fa%3Db')
  })

  it('next.js #58570: a server action is told the sign-in page without it, for the router adds it', async () => {
    const { send } = await createHarness({ rules, basePath: '/app' })
    const action = await send('/app/dashboard', { method: 'POST', headers: KINDS.action })
    expect(action.refusal?.headers.get('x-action-redirect')).toBe('/login?returnTo=%2Fdashboard;push')
  })

  it('the gateway’s own pages lead below it', async () => {
    const { backend, valid, expired, send } = await createHarness({ rules, basePath: '/app' })
    const forbidden = await send('/app/admin', { cookies: { accessToken: await valid() } })
    expect(await forbidden.refusal?.text()).toContain('href="/app/"')
    backend.answer = UNREACHABLE
    const waiting = await send('/app/dashboard?a=b', {
      cookies: { accessToken: await expired(), refreshToken: 'r1' },
    })
    expect(await waiting.refusal?.text()).toContain('href="/app/dashboard?a=b"')
  })
})
