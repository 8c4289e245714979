import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { GatewayEvent, GatewayOptions } from '../../lib/gateway/index.ts'
import { createSessionGateway } from '../../lib/gateway/index.ts'
import type { BackchannelLogout, OAuth2Options } from '../../lib/oauth2/index.ts'
import { createSignInRoutes, oauth2Backend, providerToken } from '../../lib/oauth2/index.ts'

type Fetch = NonNullable<GatewayOptions['fetch']>

const SECRET = 'what the sessions of the tests are signed with'

/** A server on a port of its own, before there is an app to answer. */
export async function listen() {
  const server = createServer()
  server.listen(0)
  await once(server, 'listening')
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}` }
}

/** An app behind the gateway: sign-in routes, and pages that tell what they know of the session. */
export function createApp(
  url: string,
  options: Omit<OAuth2Options, 'gateway'>,
  gatewayOptions: Partial<GatewayOptions> = {},
) {
  /** The calls of the provider's token endpoint, and the fate of each answer. */
  const calls: { grant: string; fault: 'none' | 'answer-lost' }[] = []
  const events: GatewayEvent[] = []
  const logouts: BackchannelLogout[] = []
  const control = { loseAnswers: false }
  const observing: Fetch = async (address, init) => {
    const grant = new URLSearchParams(String(init.body ?? '')).get('grant_type')
    if (!grant) return fetch(address, init)
    calls.push({ grant, fault: control.loseAnswers ? 'answer-lost' : 'none' })
    const response = await fetch(address, init)
    if (control.loseAnswers) throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
    return response
  }
  const gateway: GatewayOptions = {
    remoteApi: 'http://127.0.0.1:9',
    keys: { secret: SECRET },
    cookieSecure: false,
    fetch: observing,
    onEvent: (event) => events.push(event),
    rules: [
      { path: '/', require: 'public' },
      { path: '/login', require: 'public' },
      { path: '/auth/:path*', require: 'public' },
    ],
    ...gatewayOptions,
  }
  const shared = { ...options, gateway }
  const sessionGateway = createSessionGateway({ ...gateway, backend: oauth2Backend(shared) })
  const routes = createSignInRoutes({
    ...shared,
    url: `${url}/auth`,
    onBackchannelLogout: (logout) => void logouts.push(logout),
  })

  async function answer(request: Request): Promise<Response> {
    const outcome = await sessionGateway.handle(request)
    const headers = new Headers(outcome.requestHeaders ?? request.headers)
    const { pathname } = new URL(request.url)
    const page = async () => {
      if (!pathname.startsWith('/auth/')) {
        const { session } = outcome
        return Response.json({ session, token: session && providerToken(session.accessToken) })
      }
      const body = request.method === 'POST' ? await request.text() : null
      const inner = new Request(request.url, { method: request.method, headers, body })
      return request.method === 'POST' ? routes.POST(inner) : routes.GET(inner)
    }
    const bare = outcome.refusal ?? (await page())
    const response = outcome.finish?.(bare) ?? bare
    response.headers.set('x-session', outcome.outcome)
    for (const cookie of outcome.setCookies) response.headers.append('set-cookie', cookie)
    return response
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const { method = 'GET' } = incoming
    const headers = new Headers(
      Object.entries(incoming.headers).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value] as [string, string]] : [],
      ),
    )
    const body = method === 'POST' ? Buffer.concat(chunks) : null
    const response = await answer(new Request(new URL(incoming.url ?? '/', url), { method, headers, body }))
    for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value)
    outgoing.setHeader('set-cookie', response.headers.getSetCookie())
    outgoing.writeHead(response.status).end(Buffer.from(await response.arrayBuffer()))
  }

  return {
    serve: (incoming: IncomingMessage, outgoing: ServerResponse) =>
      void serve(incoming, outgoing).catch((error) => outgoing.writeHead(500).end(String(error))),
    answer,
    calls,
    control,
    events,
    logouts,
    refreshes: () => calls.filter(({ grant }) => grant === 'refresh_token').length,
  }
}
