import { describe, expect, it } from 'vitest'
import { files, read } from '../testing/docs/pages.ts'

const page = read('docs/troubleshooting.md')
const readme = read('README.md')
const code = files
  .filter(
    (file) =>
      /^lib\/(backend|gateway|held-session|next|oauth2)\/[\w/-]+\.ts$/.test(file) && !file.includes('.test.'),
  )
  .map(read)
  .join('\n')

const all = (pattern: RegExp) => [...new Set([...code.matchAll(pattern)].map(([, found = '']) => found))]
const claims = /const CHECKS[^{]*\{(.*?)\n\}/s.exec(code)?.[1] ?? ''
const reasons = [
  ...all(/\bnew Unusable\('(\w+)'/g),
  ...all(/\b(?:unavailable|lost|invalid)\('(\w+)'/g),
  ...all(/\breason: '(\w+)'/g),
  ...all(/JWSSignatureVerificationFailed \? '(\w+)'/g),
  ...[...claims.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => `claim_${name}`),
]
const lines = all(/readonly type: '([\w-]+\.[\w-]+)'/g)

describe('troubleshooting', () => {
  it('finds the reasons in the code', () => {
    expect(reasons).toEqual(
      expect.arrayContaining(['typ', 'signature', 'no_answer', 'claim_sid', 'store_busy']),
    )
    expect(lines.length).toBeGreaterThan(7)
  })

  it.each(reasons)('says what to do about the reason %s', (reason) => {
    expect(`${page}${readme}`).toContain(`\`${reason}\``)
  })

  it.each(lines)('says what to do about the line %s', (line) => {
    expect(page).toContain(`\`${line}\``)
  })
})
