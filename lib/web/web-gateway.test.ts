import { createTestSession } from 'evergate/testing'
import { describe, expect, it } from 'vitest'
import { createWebGateway } from './web-gateway.ts'

const accessSecret = 'the secret of access tokens, for tests'
const gatewaySecret = 'the secret of the gateway, for the tests'

/** A gateway whose backend answers as it is told, and notes what it is sent. */
function gatewayWith(answer: () => Response = () => new Response(null, { status: 500 }), own = {}) {
  const sent: Request[] = []
  const gateway = createWebGateway({
    remoteApi: 'http://backend.test',
    keys: { secret: accessSecret },
    gatewaySecrets: [gatewaySecret],
    rules: [{ path: '/', require: 'public' }],
    onEvent: () => {},
    async fetch(url, init) {
      sent.push(new Request(url, init))
      return answer()
    },
    ...own,
  })
  return { gateway, sent }
}

const requestFor = (url: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  new Request(url, {
    ...init,
    headers: { host: new URL(url).host, 'sec-fetch-site': 'same-origin', ...headers },
  })

async function issued(name: string) {
  const { accessToken } = await createTestSession({
    accessSecret,
    user: { id: name, name },
    sid: `session-of-${name}`,
  })
  return { accessToken, refreshToken: `refresh-of-${name}`, userData: { name } }
}

describe('a gateway for any framework', () => {
  it('goes by the scheme of the request: on https its cookies are Secure and of this host alone', async () => {
    for (const [scheme, name] of [
      ['https', '__Host-accessToken'],
      ['http', 'accessToken'],
    ] as const) {
      const { gateway } = gatewayWith()
      const tokens = await issued('ann')
      const response = await gateway.handle(requestFor(`${scheme}://app.test/`), async (visit) => {
        expect(await visit.startSession(tokens)).toMatchObject({ ok: true, session: { user: { id: 'ann' } } })
        return new Response(visit.session?.user.id)
      })
      expect(await response.text()).toBe('ann')
      const [cookie = ''] = response.headers.getSetCookie()
      expect([cookie.split('=')[0], /; Secure;/.test(cookie)]).toEqual([name, scheme === 'https'])
      expect(response.headers.get('cache-control')).toBe('private, no-store')
    }
  })

  it('sets each cookie once when somebody else signs in on a request that was renewed', async () => {
    const [ann, ben] = [await issued('ann'), await issued('ben')]
    const { gateway } = gatewayWith(() => Response.json(ann))
    const response = await gateway.handle(
      requestFor('http://app.test/', { cookie: `refreshToken=${ann.refreshToken}` }),
      async (visit) => {
        expect([visit.outcome, visit.session?.user.id]).toEqual(['renewed', 'ann'])
        await visit.startSession(ben)
        return new Response(visit.session?.user.id)
      },
    )
    const names = response.headers.getSetCookie().map((header) => header.split('=')[0])
    expect([...new Set(names)]).toEqual(names)
    const access = response.headers.getSetCookie().find((header) => header.startsWith('accessToken='))
    expect(access).toContain(ben.accessToken)
  })

  it('hands the address of the connection to the backend, and never a client’s word on it', async () => {
    for (const [address, told] of [
      ['192.0.2.7', '192.0.2.7'],
      [undefined, null],
    ] as const) {
      const { gateway, sent } = gatewayWith()
      const headers = { cookie: 'refreshToken=some-token', 'x-forwarded-for': '203.0.113.66' }
      await gateway.handle(requestFor('http://app.test/x', headers), () => new Response(), { address })
      expect(sent[0]?.headers.get('x-forwarded-for')).toBe(told)
    }
  })

  it('shows the app no header that only the gateway may set', async () => {
    const { gateway } = gatewayWith()
    const response = await gateway.handle(
      requestFor('http://app.test/', { 'x-session': 'active' }),
      (visit) => new Response(visit.request.headers.get('x-session')),
    )
    expect([await response.text(), response.headers.get('x-session')]).toEqual(['', 'anonymous'])
  })

  it('lets no shared cache keep a protected page, whatever the app says', async () => {
    const { gateway } = gatewayWith()
    const { accessToken } = await issued('ann')
    const response = await gateway.handle(
      requestFor('http://app.test/x', { cookie: `accessToken=${accessToken}` }),
      () => new Response('x', { headers: { 'cache-control': 'public, max-age=60' } }),
    )
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('is told at the first request, and not before, of an option that cannot be used', async () => {
    const { gateway } = gatewayWith(undefined, { signInPath: '/:locale/login' })
    await expect(gateway.handle(requestFor('http://app.test/'), () => new Response())).rejects.toMatchObject({
      code: 'invalid_option',
    })
  })
})
