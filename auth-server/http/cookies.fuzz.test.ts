import { inHeader, textOf } from '../../scripts/testing/fuzz/inputs.ts'
import { holds, same } from '../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../scripts/testing/fuzz/property.ts'
import { presentedRefreshToken } from './cookies.ts'

const header = textOf(
  [
    'refreshToken',
    '__Host-refreshToken',
    'accessToken',
    '=',
    '=',
    '=',
    ';',
    '; ',
    ' ',
    '\t',
    'a',
    'b',
    '"',
    '%3D',
    ',',
  ],
  14,
).map(inHeader)
fuzz('refresh cookie', header, (text) => {
  const presented = presentedRefreshToken(text)
  const values = text.split(';').flatMap((pair) => {
    const [name = '', ...value] = pair.split('=')
    return value.length > 0 && /^(__Host-)?refreshToken$/.test(name.trim()) ? [value.join('=').trim()] : []
  })
  const distinct = new Set(values.filter((value) => value !== ''))
  if (presented.kind === 'one') same([...distinct], [presented.token], 'one token, and nobody says another')
  if (presented.kind === 'absent') same(distinct.size, 0, 'none is overlooked')
  if (presented.kind === 'ambiguous') holds(values.length > 1, 'only two can disagree')
})
