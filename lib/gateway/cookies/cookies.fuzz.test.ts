import fc from 'fast-check'
import { Cookie, CookieJar } from 'tough-cookie'
import { inHeader, textOf } from '../../../scripts/testing/fuzz/inputs.ts'
import { holds, same } from '../../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../../scripts/testing/fuzz/property.ts'
import { resolveOptions } from '../options.ts'
import { formatCookieHeader, parseCookieHeader } from './header.ts'
import type { CookieChange } from './session-cookies.ts'
import { applyChanges, readSessionCookies, setCookie } from './session-cookies.ts'
import { formatSetCookie, parseSetCookie } from './set-cookie.ts'

const NAMES = ['accessToken', 'refreshToken', 'userDataEtls', 'signedOut']
const SPELLINGS = NAMES.flatMap((name) => [
  name,
  `__Host-${name}`,
  `${name}.0`,
  `${name}.1`,
  `__Host-${name}.0`,
])
const PIECES = [
  ...SPELLINGS,
  '=',
  '=',
  '=',
  ';',
  '; ',
  ';',
  ' ',
  '\t',
  '"',
  '%',
  '%20',
  '%zz',
  ',',
  'x',
  'eyJ',
  '.',
  '\u00e9',
  '\u00a0',
  '__Secure-',
]
/** Cookies as a browser sends them, the same name twice and chunks among them. */
const plainCookies = fc
  .array(fc.tuple(fc.constantFrom(...SPELLINGS), fc.constantFrom('a', 'b', 'a%20b', '"a"', '', 'a b')), {
    maxLength: 5,
  })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('; '))
const header = fc.oneof(textOf(PIECES, 20).map(inHeader), plainCookies)
const settings = resolveOptions({
  remoteApi: 'http://backend.test',
  keys: { secret: '' },
  maxRefreshTokenBytes: 100_000,
})

/** RFC 6265bis 5.8.3 by way of deletion: what is left of a header without blanks, `=` and what has no `=`. */
const substance = (text: string) => text.replaceAll(/[ \t=]/g, '')

fuzz('cookie header', header, (text) => {
  const pairs = parseCookieHeader(text)
  same(parseCookieHeader(formatCookieHeader(pairs)), pairs, 'what was written reads as it was')
  for (const { name, value } of pairs)
    holds(!`${name}${value}`.includes(';') && !name.includes('='), 'names and values end where they end')
  const sent = text.split(';').filter((part) => part.includes('='))
  same(
    pairs.map(({ name, value }) => substance(name + value)),
    sent.map(substance),
    'no byte of a cookie is lost',
  )
})

fuzz('session cookies', fc.record({ header, secure: fc.boolean() }), ({ header, secure }) => {
  const pairs = parseCookieHeader(header)
  const { values, broken } = readSessionCookies(pairs, settings, secure)
  const sent = (name: string) => pairs.filter((pair) => pair.name === name)
  for (const [role, value] of Object.entries(values)) {
    const base = settings.cookieNames[role as keyof typeof values]
    const name = secure ? `__Host-${base}` : base
    const chunks: string[] = []
    while (sent(`${name}.${chunks.length}`).length > 0) chunks.push(`${name}.${chunks.length}`)
    const used = sent(name).length > 0 ? [name] : chunks
    for (const each of used) same(sent(each).length, 1, `${each} was sent once`)
    const raw = used.map((each) => sent(each)[0]?.value).join('')
    same(value, raw.includes('%') ? decodeURIComponent(raw) : raw, 'the value is the one that was sent')
    holds(/^[\x21-\x7e]+$/.test(value) && !/[;,\\ ]/.test(value), 'it can stand in a header')
  }
  for (const name of SPELLINGS.filter((name) => name.startsWith('__Host-') === secure))
    if (sent(name).length > 1) holds(broken.includes(name), `${name} came twice and is to be cleared`)
  const others = pairs.filter(
    ({ name }) => !SPELLINGS.some((own) => name === own || name.startsWith(`${own}.`)),
  )
  const change: CookieChange = { name: 'accessToken', value: 'new', maxAge: 60 }
  const app = applyChanges(pairs, readSessionCookies(pairs, settings, false), [change])
  same(
    app.filter((pair) => others.includes(pair)),
    others,
    'cookies of others stay as they are',
  )
})

const octets = [...'abcXYZ019-._~!#$&()*+/:<=>?@[]^`{|}', '%', '%20', '%25', "'"]
const value = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(...octets), minLength: 1, maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...octets), minLength: 3900, maxLength: 9000 }) },
)
const maxAge = fc.oneof(fc.integer({ min: 1, max: 40_000_000 }), fc.double({ min: 0.1, noNaN: true }))

/** A browser stands between: tough-cookie keeps cookies by RFC 6265bis. */
fuzz(
  'set and sent back',
  fc.record({ value, maxAge, secure: fc.boolean(), presented: fc.subarray(SPELLINGS) }),
  async ({ value, maxAge, secure, presented }) => {
    const name = secure ? '__Host-refreshToken' : 'refreshToken'
    const url = `http${secure ? 's' : ''}://app.example/`
    const jar = new CookieJar(undefined, { prefixSecurity: 'strict' })
    for (const change of setCookie(name, value, maxAge, presented)) {
      const header = formatSetCookie(change, { secure, sameSite: 'lax', domain: undefined })
      const [pair = '', ...attributes] = header.split('; ')
      holds(pair.length <= 4096, 'a browser keeps it')
      const wanted = [
        'path=/',
        `max-age=${/\d+/.exec(attributes.find((one) => /^max-age/i.test(one)) ?? '')}`,
      ]
      same(
        attributes.map((one) => one.toLowerCase()).sort(),
        [...wanted, ...(secure ? ['secure'] : []), 'httponly', 'samesite=lax'].sort(),
        'no attribute but ours',
      )
      await jar.setCookie(header, url)
    }
    const back = readSessionCookies(parseCookieHeader(await jar.getCookieString(url)), settings, secure)
    same(back.values, { refreshToken: value }, 'what was set comes back')
  },
)

const attribute = ['Max-Age', 'max-age', 'Expires', 'Path=/', 'HttpOnly', 'Domain', 'Secure', 'SameSite=Lax']
const life = [
  '0',
  '-1',
  '900',
  '1e3',
  '+5',
  '9'.repeat(40),
  'Thu, 01 Jan 1970 00:00:00 GMT',
  '1 Jan 2040',
  'soon',
]
const received = textOf(
  [...SPELLINGS, ...attribute, ...life, '=', '=', ';', '; ', ';', ' ', '\t', '"', ','],
  16,
).map(inHeader)

fuzz('Set-Cookie of a backend', received, (header) => {
  const cookie = parseSetCookie(header, 1_900_000_000)
  if (!cookie) return
  const { name, value, maxAge } = cookie
  holds(!/[;=]/.test(name) && !value.includes(';'), 'name and value end where they end')
  holds(
    maxAge === undefined || Number.isInteger(maxAge) || Math.abs(maxAge) === Infinity,
    'a life is whole seconds',
  )
  const theirs = Cookie.parse(header)
  if (!theirs || theirs.key === '') return
  // tough-cookie stops at other control characters and trims more; within plain text both must agree.
  if (!/^[\t\x20-\x7e]*$/.test(header)) return
  same([name, value], [theirs.key, theirs.value], 'name and value are what a browser reads')
  if (typeof theirs.maxAge === 'number') same(maxAge, theirs.maxAge, 'so is its life')
})
