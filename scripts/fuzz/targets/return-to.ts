import fc from 'fast-check'
import { isSameOrigin } from '../../../lib/gateway/request/same-origin.ts'
import { returnToOf, safeReturnTo, signInLocation } from '../../../lib/gateway/response/return-to.ts'
import { defineTarget } from '../define-target.ts'
import { textOf } from '../inputs.ts'
import { holds, same } from '../oracle.ts'

const ADDRESS = [
  '/',
  '/',
  '//',
  '\\',
  '.',
  '..',
  '%2f',
  '%5c',
  '%2e',
  '\t',
  '\n',
  '\r',
  ' ',
  ':',
  '@',
  '?',
  '#',
  '&',
  '=',
  'a',
  'evil.example',
  'https:',
  'http://',
  'javascript:',
  '\u2028',
  '\u00a0',
  '\u3002',
  '\uff0f',
  '\0',
  '_rsc=1',
  '[',
  ']',
]
const ORIGINS = [
  'https://app.example',
  'http://localhost:3000',
  'https://xn--bcher-kva.example:8443',
  'http://[::1]:3000',
]
const returnTo = defineTarget('returnTo', textOf(ADDRESS), (text) => {
  const path = safeReturnTo(text)
  holds(/^\/(?![/\\])[^\s\\]*$/.test(path) && !/\p{Cc}/u.test(path), 'it is a path')
  same(safeReturnTo(path), path, 'and stays one')
  for (const origin of ORIGINS) {
    const url = new URL(path, origin)
    same(url.origin, origin, 'of this site')
    // The way there and back: a refused request for this path, the sign-in page, the form's answer.
    const location = new URL(signInLocation('/login', url), origin)
    same([location.origin, location.pathname], [origin, '/login'], 'the sign-in page is this site too')
    const back = safeReturnTo(location.searchParams.get('returnTo'))
    same(back, returnToOf(url), 'and comes back to where it was refused')
    if (!url.searchParams.has('_rsc')) same(back, path, 'which is that path')
  }
})

const origin = textOf(
  [
    'https://',
    'http://',
    'https://www.example',
    'app.example',
    'APP.example',
    ':8443',
    'evil.example',
    '.',
    '@',
    '/',
    '#',
    '?',
    'null',
    ' ',
    '\t',
    '\\',
    '%2e',
  ],
  6,
)
const sites = fc.constantFrom(
  null,
  'same-origin',
  'none',
  'same-site',
  'cross-site',
  '',
  'Same-Origin',
  'same-origin, cross-site',
)
const sameOrigin = defineTarget(
  'origin of a request',
  fc.record({
    method: fc.constantFrom('POST', 'PUT', 'DELETE', 'PATCH', 'post', 'get', 'M-SEARCH', ''),
    secFetchSite: sites,
    origin: fc.option(origin),
    address: fc.constantFrom(
      'https://app.example:8443',
      'https://APP.example:8443',
      'http://app.example:8443',
      'https://',
    ),
    allowedOrigins: fc.constantFrom<string[]>([], ['https://www.example']),
    carriesSession: fc.boolean(),
  }),
  (check) => {
    const { secFetchSite, origin, address, allowedOrigins, carriesSession } = check
    if (!isSameOrigin(check)) return
    if (origin !== null && allowedOrigins.includes(origin)) return
    if (secFetchSite !== null)
      return holds(['same-origin', 'none'].includes(secFetchSite), 'the browser said so')
    if (origin === null) return same(carriesSession, false, 'nothing says so, and there is nothing to abuse')
    same(new URL(origin).origin, new URL(address).origin, 'a browser on this site said so')
  },
)

export const originTargets = [returnTo, sameOrigin]
