import { describe, expect, it } from 'vitest'
import { readAudit } from './advisories.mjs'

const advisory = (severity: string, title = 'Prototype pollution') => ({
  source: 1,
  name: 'deep',
  title,
  url: 'https://github.com/advisories/GHSA-xxxx',
  severity,
  range: '<2.0.0',
})
const report = (vulnerabilities: object) => JSON.stringify({ auditReportVersion: 2, vulnerabilities })

describe('npm’s answer about the packages that are delivered', () => {
  it('names each advisory that is high or critical once, with its package', () => {
    const text = report({
      deep: { name: 'deep', severity: 'critical', via: [advisory('critical'), advisory('high', 'Other')] },
      above: { name: 'above', severity: 'critical', via: ['deep'] },
    })
    expect(readAudit(text)).toEqual({
      asked: true,
      findings: [
        'deep, critical: Prototype pollution https://github.com/advisories/GHSA-xxxx',
        'deep, high: Other https://github.com/advisories/GHSA-xxxx',
      ],
    })
  })

  it('passes over what is less grave, also where a package has a graver one', () => {
    const text = report({
      deep: { name: 'deep', severity: 'high', via: [advisory('moderate'), advisory('high', 'Other')] },
      mild: { name: 'mild', severity: 'low', via: [advisory('low')] },
    })
    expect(readAudit(text)).toMatchObject({ findings: [expect.stringContaining('Other')] })
  })

  it('may be that there is none', () => {
    expect(readAudit(report({}))).toEqual({ asked: true, findings: [] })
  })
})

it.each([
  '',
  'not json',
  'null',
  '[]',
  '{"error":{"code":"ENOAUDIT"}}',
  '{"message":"405 Method Not Allowed"}',
])(
  'a registry that says %j was not asked: nothing is known, which is not the same as nothing wrong',
  (text) => expect(readAudit(text)).toEqual({ asked: false }),
)
