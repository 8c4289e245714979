import fc from 'fast-check'
import { edited, edits, inHeader, textOf, withoutBlanks } from '../../scripts/testing/fuzz/inputs.ts'
import { holds, same } from '../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../scripts/testing/fuzz/property.ts'
import { CLAIMS, hs256, NOW, SECRET } from '../../scripts/testing/fuzz/tokens.ts'
import { createSessionGateway } from './gateway.ts'

const TOKEN = hs256({ alg: 'HS256', typ: 'at+jwt' }, CLAIMS)
const EXPIRED = hs256({ alg: 'HS256', typ: 'at+jwt' }, { ...CLAIMS, iat: NOW - 900, exp: NOW - 1 })
const RENEWED = hs256({ alg: 'HS256', typ: 'at+jwt' }, { ...CLAIMS, jti: 'token-2' })
const REFRESH = 'the-right-refresh-token'

/** Before a backend that knows one refresh token, and refuses every other. */
const newGateway = (cookieSecure: boolean) =>
  createSessionGateway({
    remoteApi: 'http://backend.test',
    keys: { secret: SECRET },
    rules: [
      { path: '/', require: 'public' },
      { path: '/admin/:path*', require: { roles: ['admin'] } },
    ],
    clock: () => NOW * 1000,
    cookieSecure,
    relayCookies: ['relayed'],
    forwardCookies: ['tenant'],
    fetch: async (_, { headers }) => {
      const cookie = new Headers(headers).get('cookie') ?? ''
      const isRight = cookie.split('; ')[0] === `refreshToken=${REFRESH}`
      return isRight
        ? Response.json(
            { accessToken: RENEWED, refreshToken: 'child' },
            { headers: { 'set-cookie': 'relayed=1' } },
          )
        : Response.json({ error: 'invalid_refresh_token' }, { status: 403 })
    },
  })
const gateways = { plain: newGateway(false), secure: newGateway(true) }

const token = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(TOKEN, EXPIRED, RENEWED, REFRESH) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(TOKEN, REFRESH), edits)
      .map(([text, changes]) => edited(text, changes)),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
)
const name = fc.constantFrom(
  'accessToken',
  'refreshToken',
  '__Host-accessToken',
  '__Host-refreshToken',
  'userDataEtls',
  'signedOut',
  'accessToken.0',
  'accessToken.1',
  'theme',
  'tenant',
)
const pair = fc.tuple(name, fc.constantFrom('=', '=', '=', ' = ', ''), token).map((parts) => parts.join(''))
const cookies = fc.array(pair, { maxLength: 5 }).map((pairs) => inHeader(pairs.join('; ')))
const NAMES = [
  'accept',
  'rsc',
  'next-action',
  'next-router-prefetch',
  'next-url',
  'origin',
  'host',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-purpose',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-session',
  'x-session-return-to',
  'x-middleware-subrequest',
  'x-middleware-next',
  'traceparent',
  'user-agent',
  'authorization',
  'content-type',
]
const VALUES = [
  '1',
  'text/html',
  'navigate',
  'same-origin',
  'cross-site',
  'prefetch',
  'https://app.test',
  'null',
  'app.test',
  'active',
  'middleware',
  `Bearer ${TOKEN}`,
  '\u00e9',
]
const headers = fc.array(
  fc.tuple(fc.constantFrom(...NAMES), fc.oneof(fc.constantFrom(...VALUES), textOf(VALUES, 3)).map(inHeader)),
  { maxLength: 5 },
)
const path = textOf(
  ['/', 'admin', 'dashboard', '%2F', '.rsc', '..', '?', '_rsc=1', '//', '\\', '%', '#', 'x'],
  6,
).map((rest) => `/${rest}`)

const input = fc.record({
  secure: fc.boolean(),
  method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'QUERY'),
  path,
  headers,
  cookies,
})

/** The values that a Cookie header has under this name. */
const sentAs = (cookies: string, name: string) =>
  cookies
    .split(';')
    .map((pair) => pair.split('='))
    .filter(([own = '', ...value]) => value.length > 0 && withoutBlanks(own) === name)
    .map(([, ...value]) => withoutBlanks(value.join('=')))

fuzz('request to the gateway', input, async ({ secure, method, path, headers, cookies }) => {
  const url = URL.parse(path, 'http://app.test')
  if (url?.host !== 'app.test') return
  const sent = new Headers({ host: 'app.test' })
  for (const [name, value] of headers) sent.set(name, value)
  if (cookies) sent.set('cookie', cookies)
  const outcome = await gateways[secure ? 'secure' : 'plain'].handle(
    new Request(url, { method, headers: sent }),
  )
  const { session, refusal, requestHeaders, setCookies, noStore } = outcome

  const prefix = secure ? '__Host-' : ''
  const access = sentAs(cookies, `${prefix}accessToken`)
  const chunks = sentAs(cookies, `${prefix}accessToken.0`).length > 0
  const refresh = sentAs(cookies, `${prefix}refreshToken`)
  const isSignedIn =
    access.length === 1 ? [TOKEN, RENEWED].includes(access[0] ?? '') : access.length === 0 && chunks
  const isRenewable = refresh.length === 1 && refresh[0] === REFRESH
  if (session) holds(isSignedIn || isRenewable, 'nobody is known without a token that is right and came once')
  if (session) same([session.subject, session.roles], ['user-1', ['user']], 'and nobody is somebody else')
  if (refusal === null && !session)
    same(url.pathname.replace(/^\/+$/, '/'), '/', 'without a session only the public page passes')
  if (/^\/admin(\/|$)/.test(url.pathname)) holds(refusal !== null, 'without the role nobody passes')
  if (
    !['GET', 'HEAD', 'OPTIONS'].includes(method) &&
    ['cross-site', 'prefetch'].includes(sent.get('sec-fetch-site') ?? '')
  )
    same(refusal?.status, 403, 'another site changes nothing')

  holds(noStore || setCookies.length === 0, 'what sets a cookie is not stored')
  for (const header of setCookies) {
    const isOurs =
      /^(__Host-)?(accessToken|refreshToken|userDataEtls|signedOut)(\.\d+)?=[\x21-\x7e]*; Path=\/; Max-Age=\d+; (Secure; )?HttpOnly; SameSite=Lax$/.test(
        header,
      )
    holds(
      isOurs || (header === 'relayed=1' && outcome.outcome === 'renewed'),
      `${header} is a cookie of ours`,
    )
    if (isOurs) same(header.includes('; Secure'), secure, 'secure where the request is')
  }
  if (refusal) {
    const location =
      refusal.headers.get('location') ?? refusal.headers.get('x-action-redirect')?.split(';')[0]
    if (location)
      same(new URL(location, 'http://app.test').origin, 'http://app.test', 'a refusal leads nowhere else')
    for (const value of refusal.headers.values())
      holds(!value.includes(TOKEN) && !value.includes(REFRESH), 'and tells no token')
  }
  if (refusal) return
  const seen = requestHeaders ?? sent
  for (const [name] of seen)
    holds(!/^x-middleware-|^x-session(?!-return-to$)/.test(name), `${name} does not reach the app`)
  if (!session)
    same(
      sentAs(seen.get('cookie') ?? '', `${prefix}accessToken`),
      [],
      'the app sees no token that is not believed',
    )
})
