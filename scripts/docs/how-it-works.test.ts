import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it, vi } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const LIB = join(ROOT, 'lib/gateway')
const SECRET = 'access tokens of the tests 0123456789'

/** The files that a request enters, in this order. */
const entered: string[] = []

/** The same value, whose functions tell the file they are from when they are called; so do those that they return. */
function telling(value: unknown, file: string): unknown {
  if (typeof value === 'function' && !/^class\b/.test(String(value)))
    return (...args: unknown[]) => {
      if (!entered.includes(file)) entered.push(file)
      return telling(value(...args), file)
    }
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  const parts = Object.entries(value)
  return parts.some(([, part]) => typeof part === 'function')
    ? Object.fromEntries(
        parts.map(([name, part]) => [name, typeof part === 'function' ? telling(part, file) : part]),
      )
    : value
}

async function gatewayThatTells() {
  for (const path of globSync('**/*.ts', { cwd: LIB, exclude: ['testing/**', '**/*.test.ts'] })) {
    const file = join(LIB, path)
    vi.doMock(file, async (original) =>
      Object.fromEntries(
        Object.entries(await original<object>()).map(([name, value]) => [
          name,
          telling(value, `lib/gateway/${path}`),
        ]),
      ),
    )
  }
  return (await import('../../lib/gateway/gateway.ts')).createSessionGateway
}

it('the page names the files that a request with an expired token enters, in the order it enters them', async () => {
  const page = readFileSync(join(ROOT, 'docs/how-it-works.md'), 'utf8').split('## Kinds of request')[0] ?? ''
  const named = [...page.matchAll(/`(lib\/gateway\/[\w/-]+\.ts)`/g)].map(([, file = '']) => file)
  const { accessToken, expired } = await tokens()
  const createSessionGateway = await gatewayThatTells()
  const gateway = createSessionGateway({
    remoteApi: 'http://backend.test',
    keys: { secret: SECRET },
    fetch: async () => Response.json({ accessToken, refreshToken: 'r2', userData: { name: 'Ann' } }),
  })
  entered.length = 0
  const headers = { accept: 'text/html', cookie: `accessToken=${expired}; refreshToken=r1` }
  const { outcome } = await gateway.handle(new Request('http://app.test/dashboard', { headers }))
  expect(outcome).toBe('renewed')
  expect(named.length).toBeGreaterThan(10)
  expect(entered.filter((file) => named.includes(file))).toEqual(named)
})

async function tokens() {
  const { SignJWT } = await import('jose')
  const token = (seconds: number) =>
    new SignJWT({ sid: 's1', roles: [], jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setIssuer('evergate')
      .setAudience('evergate-app')
      .setSubject('u1')
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .sign(new TextEncoder().encode(SECRET))
  return { accessToken: await token(900), expired: await token(-60) }
}
