import fc from 'fast-check'
import { same } from '../../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../../scripts/testing/fuzz/property.ts'
import { fullUserAgent, shortUserAgent } from './user-agent-text.ts'

const piece = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'Mozilla/5.0 (',
    ') AppleWebKit/537.36 (KHTML, like Gecko) Chrome/',
    '.0.0.0 Safari/537.36',
    'Linux; Android 1',
    ' Mobile/15E148 Saf',
  ),
  fc.integer({ min: 0, max: 31 }).map((code) => String.fromCharCode(code)),
)

fuzz('user agent as Redis has it', fc.array(piece), (pieces) => {
  const text = pieces.join('')
  same(fullUserAgent(shortUserAgent(text)), text, 'it comes back as it was')
})
