import fc from 'fast-check'
import { textOf } from '../../../scripts/testing/fuzz/inputs.ts'
import { holds, same } from '../../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../../scripts/testing/fuzz/property.ts'
import { isSameOrigin } from './same-origin.ts'

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
fuzz(
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
