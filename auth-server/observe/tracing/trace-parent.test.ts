import { expect, it } from 'vitest'
import { parseTraceparent } from './trace-parent.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'

it('reads the trace, the span and whether the caller records', () => {
  expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, sampled: true })
  expect(parseTraceparent(`00-${traceId}-${spanId}-00`)).toEqual({ traceId, spanId, sampled: false })
  // Level 2 has a second flag, which says how the trace id was made.
  expect(parseTraceparent(`00-${traceId}-${spanId}-03`)).toEqual({ traceId, spanId, sampled: true })
  expect(parseTraceparent(`00-${traceId}-${spanId}-02`)).toEqual({ traceId, spanId, sampled: false })
})

it.each([
  ['nothing', undefined],
  ['an empty header', ''],
  ['two headers', [`00-${traceId}-${spanId}-01`, `00-${traceId}-${spanId}-01`]],
  ['two headers that Node joined', `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['a span id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['the version that is never used', `ff-${traceId}-${spanId}-01`],
  ['a later version', `01-${traceId}-${spanId}-01`],
  ['a later version with more to it', `01-${traceId}-${spanId}-01-more`],
  ['more than version 00 has', `00-${traceId}-${spanId}-01-more`],
  ['upper case', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['a short trace id', `00-${traceId.slice(1)}-${spanId}-01`],
  ['white space around', ` 00-${traceId}-${spanId}-01`],
  ['a line break at the end', `00-${traceId}-${spanId}-01\n`],
])('does not continue %s', (_, header) => {
  expect(parseTraceparent(header)).toBeUndefined()
})
