import { getSession } from 'evergate/next'
import { createTestSession } from 'evergate/testing'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createSessionGateway } from '../gateway/gateway.ts'
import { manualClock } from './clock.ts'

const accessSecret = 'the secret of access tokens, for tests'
const visitor = vi.hoisted(() => ({ cookie: null as string | null }))
vi.mock('next/headers', async () => (await import('evergate/testing')).nextHeaders(() => visitor.cookie))

/** A route handler as an app has it. */
async function GET(): Promise<Response> {
  const session = await getSession()
  return session ? Response.json(session.user) : new Response(null, { status: 401 })
}

describe('a route handler outside Next', () => {
  beforeAll(() => {
    vi.stubEnv('ETLS_ACCESS', accessSecret)
    return () => vi.unstubAllEnvs()
  })

  it('sees the signed session', async () => {
    const user = { id: 'u1', name: 'Ann' }
    visitor.cookie = (await createTestSession({ accessSecret, user })).cookieHeader
    expect(await (await GET()).json()).toEqual(user)
  })

  it('sees nobody without a cookie, past the end, and with another secret', async () => {
    const ended = await createTestSession({ accessSecret, expiresIn: -1 })
    const foreign = await createTestSession({ accessSecret: 'another secret of access tokens, also long' })
    for (const cookie of [null, ended.cookieHeader, foreign.cookieHeader]) {
      visitor.cookie = cookie
      expect((await GET()).status).toBe(401)
    }
  })
})

describe('a signed session in front of the gateway', () => {
  const gatewaySecret = 'the secret of the gateway, for tests'
  const clock = manualClock()

  async function outcomeOf(session: Parameters<typeof createTestSession>[0]) {
    const gateway = createSessionGateway({
      remoteApi: 'http://backend.test',
      keys: { secret: accessSecret },
      gatewaySecrets: [gatewaySecret],
      rules: [{ path: '/admin', require: { roles: ['admin'] } }],
      clock,
    })
    const { cookieHeader } = await createTestSession({ clock, ...session })
    const headers = { cookie: cookieHeader, host: 'app.test', 'sec-fetch-mode': 'navigate' }
    const { outcome, refusal } = await gateway.handle(new Request('http://app.test/admin', { headers }))
    return [outcome, refusal?.status ?? 200]
  }

  it('has the roles it was given', async () => {
    expect(await outcomeOf({ accessSecret, gatewaySecret })).toEqual(['active', 403])
    expect(await outcomeOf({ accessSecret, gatewaySecret, roles: ['admin'] })).toEqual(['active', 200])
  })

  it('has ended when it was made so, and cannot be renewed', async () => {
    expect(await outcomeOf({ accessSecret, gatewaySecret, expiresIn: -1 })).toEqual(['anonymous', 303])
  })

  it('has cookies with the prefix that https asks for', async () => {
    const { cookies } = await createTestSession({ accessSecret, secure: true })
    expect(Object.keys(cookies)).toEqual(['__Host-accessToken', '__Host-userDataEtls'])
  })

  it('refuses a secret that the gateway would refuse', async () => {
    await expect(createTestSession({ accessSecret: 'short' })).rejects.toMatchObject({
      code: 'invalid_option',
    })
  })
})
