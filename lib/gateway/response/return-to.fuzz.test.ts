import { textOf } from '../../../scripts/testing/fuzz/inputs.ts'
import { holds, same } from '../../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../../scripts/testing/fuzz/property.ts'
import { returnToOf, safeReturnTo, signInLocation } from './return-to.ts'

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
fuzz('returnTo', textOf(ADDRESS), (text) => {
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
