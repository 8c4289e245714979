import type { Check } from '../check.ts'
import type { Project } from '../project.ts'

/** Of this table; `npm audit` knows what came later. */
const TABLE_DATE = '2026-11-23'

/** Holes in what the session depends on: from one version on, before another; `fixed` has none of them. */
const HOLES = [
  {
    name: 'next',
    from: '0.0.0',
    before: '15.2.3',
    fixed: '15.5.18',
    what: 'the middleware can be passed by (CVE-2025-29927, CVE-2026-44573 to 44575, CVE-2026-45109), code can be run (CVE-2025-66478)',
  },
  {
    name: 'next',
    from: '15.2.3',
    before: '15.5.18',
    fixed: '15.5.18',
    what: 'the middleware can be passed by (CVE-2026-44573 to 44575, CVE-2026-45109), code can be run (CVE-2025-66478)',
  },
  {
    name: 'next',
    from: '16.0.0',
    before: '16.2.11',
    fixed: '16.2.11',
    what: 'the middleware can be passed by (CVE-2026-44573 to 44575, CVE-2026-45109), and more up to CVE-2026-64646',
  },
  {
    name: 'jose',
    from: '0.0.0',
    before: '2.0.7',
    fixed: '2.0.7',
    what: 'a small token can take all memory (CVE-2024-28176)',
  },
  {
    name: 'jose',
    from: '3.0.0',
    before: '4.15.5',
    fixed: '4.15.5',
    what: 'a small token can take all memory (CVE-2024-28176)',
  },
] as const

/** When each line of Node stops getting fixes. */
const NODE_ENDS: Readonly<Record<string, string>> = {
  18: '2025-04-30',
  19: '2023-06-01',
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
  26: '2029-04-30',
}

/** Numbers compared as numbers; a prerelease counts as before its release. */
const isBefore = (version: string, other: string) => {
  const [numbers = '', prerelease] = version.split('-', 2)
  const order = numbers.localeCompare(other, 'en', { numeric: true })
  return order < 0 || (order === 0 && prerelease !== undefined)
}

export const versionChecks: readonly Check<Project>[] = [
  {
    id: 'version-vulnerable',
    title: `no version with a hole that was known on ${TABLE_DATE}`,
    level: 'error',
    run: ({ versions, install }) =>
      HOLES.filter(({ name, from, before }) => {
        const version = versions[name]
        return version !== undefined && !isBefore(version, from) && isBefore(version, before)
      }).map(({ name, fixed, what }) => ({
        message: `${name} ${versions[name]}: ${what}.`,
        fix: `${install} ${name}@^${fixed}`,
      })),
  },
  {
    id: 'node-end-of-life',
    title: 'Node gets fixes',
    level: 'warning',
    run: ({ nodeVersion, now }) => {
      const major = nodeVersion.split('.')[0] ?? ''
      const end = NODE_ENDS[major] ?? (Number(major) < 18 ? '2023-09-11' : undefined)
      if (end === undefined || now < Date.parse(end)) return []
      return [
        {
          message: `Node ${nodeVersion} has had no security fixes since ${end}.`,
          fix: 'Move to the long-term line that is current.',
        },
      ]
    },
  },
]
