import fc from 'fast-check'
import {
  anyJson,
  edited,
  edits,
  inHeader,
  textOf,
  withoutBlanks,
} from '../../../scripts/testing/fuzz/inputs.ts'
import { holds, same } from '../../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../../scripts/testing/fuzz/property.ts'
import { NOW } from '../../../scripts/testing/fuzz/tokens.ts'
import { isCookieValue } from '../cookies/header.ts'
import type { IssuedTokens } from './backend.ts'
import { cookieBackend } from './cookie-backend.ts'

const text = fc.oneof(
  fc.constantFrom('a.b.c', 'r1', 'r%2', 'r"2', ''),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const member = fc.oneof(
  { weight: 3, arbitrary: text as fc.Arbitrary<unknown> },
  { weight: 1, arbitrary: anyJson },
)
const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record(
        {
          accessToken: member,
          refreshToken: member,
          userData: fc.oneof(anyJson, fc.constant({ name: 'Ann' })),
          expiresIn: anyJson,
          error: member,
          ['__proto__']: fc.constant({ accessToken: 'inherited' }),
        },
        { requiredKeys: [] },
      )
      .map((answer) => JSON.stringify(answer)),
  },
  {
    weight: 1,
    arbitrary: textOf(
      ['{', '}', '"accessToken"', ':', '"a.b.c"', ',', '[', ']', 'null', '\ufeff', '<html>'],
      8,
    ),
  },
)
const COOKIE = [
  'accessToken',
  '__Host-accessToken',
  'refreshToken',
  '__Secure-refreshToken',
  '=',
  '=',
  ';',
  '; ',
  'Max-Age=60',
  'Path=/',
  'a.b.c',
  'r1',
  '"',
  ' ',
  ',',
  'x=1',
  '\u00e9',
]
const setCookies = fc.array(textOf(COOKIE, 8).map(inHeader), { maxLength: 3 })
const status = fc.oneof(
  { weight: 6, arbitrary: fc.constant(200) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(201, 202, 301, 302, 307, 400, 401, 403, 404, 408, 418, 429, 500, 503, 599),
  },
)
const retryAfter = fc.option(
  textOf(['0', '1', '9', '-', ' ', 'Wed, 21 Oct 2030 07:28:00 GMT', 'e', '.'], 5).map(inHeader),
)

type Answer = { status: number; body: string; setCookies: readonly string[]; retryAfter: string | null }

function refresh({ status, body, setCookies, retryAfter }: Answer) {
  const headers = new Headers(retryAfter === null ? {} : { 'retry-after': retryAfter })
  for (const cookie of setCookies) headers.append('set-cookie', cookie)
  return cookieBackend({ remoteApi: 'http://backend.test' }).refresh(
    { refreshToken: 'r0' },
    {
      forwardedFor: null,
      userAgent: null,
      traceparent: 'trace',
      cookies: '',
      fetch: async () => new Response(body, { status, headers }),
      signal: new AbortController().signal,
      now: NOW,
    },
  )
}

function objectOf(body: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  } catch {
    return {}
  }
}

/** Answers that a backend may give: tokens are in the body, or else in a cookie of that name. */
function isWellFormed({ status, body, setCookies }: Answer, tokens: IssuedTokens): void {
  holds(status >= 200 && status < 300, 'only success brings tokens')
  const json = objectOf(body)
  const own = (name: string) => (Object.hasOwn(json, name) ? (json[name] ?? undefined) : undefined)
  const cookies = setCookies.map((cookie) => (cookie.split(';')[0] ?? '').split('='))
  const inCookies = (kind: string) =>
    cookies
      .filter(([name = '']) => withoutBlanks(name).replace(/^__(Host|Secure)-/, '') === kind)
      .map(([, ...value]) => withoutBlanks(value.join('=')))
  const access = own('accessToken')
  if (access === undefined)
    holds(inCookies('accessToken').includes(tokens.accessToken), 'the access token was sent')
  else same(tokens.accessToken, access, 'the body wins')
  holds(tokens.accessToken !== '', 'there is one')
  if (tokens.refreshToken !== null) {
    holds(
      isCookieValue(tokens.refreshToken) && tokens.refreshToken !== '',
      'the refresh token fits in a cookie',
    )
    const sent = own('refreshToken')
    if (sent === undefined) holds(inCookies('refreshToken').includes(tokens.refreshToken), 'it was sent')
    else
      holds(
        sent === tokens.refreshToken || sent === decodeURIComponent(tokens.refreshToken),
        'the body wins here too',
      )
  } else holds(own('refreshToken') === undefined, 'a refresh token that was sent is not lost')
  const userData = own('userData')
  same(tokens.userData, userData ?? null, 'user data is what was sent')
  holds(userData === undefined || (typeof userData === 'object' && !Array.isArray(userData)), 'and an object')
  for (const cookie of tokens.otherCookies)
    holds(setCookies.map((one) => one.trim()).includes(cookie.trim()), 'others are relayed as they came')
}

const answer = fc.record({
  status,
  body,
  setCookies,
  retryAfter,
  broken: fc.option(edits, { nil: [], freq: 3 }),
})

fuzz('answer of a backend', answer, async ({ broken, ...given }) => {
  // As it comes over the wire: no half of a surrogate pair can.
  const sent = { ...given, body: Buffer.from(edited(given.body, broken)).toString() }
  const answer = await refresh(sent)
  if (answer.result === 'rotated') return isWellFormed(sent, answer.tokens)
  holds(/^[\w.-]{1,64}$/.test(answer.reason), 'a reason is a word, fit for a log')
  same(
    answer.result === 'refused',
    [400, 401, 403].includes(sent.status) && typeof objectOf(sent.body).error === 'string',
    'only an explicit refusal ends a session',
  )
  const { retryAfter = 0 } = 'retryAfter' in answer ? answer : {}
  holds(retryAfter >= 0 && !Number.isNaN(retryAfter), 'a pause is a time')
})
