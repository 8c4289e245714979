import { machineEnv } from './paths.mjs'
import { run } from './run.mjs'

/** @typedef {{ asked: true, findings: string[] } | { asked: false }} Audit */

const GRAVE = ['high', 'critical']

/**
 * The findings of `npm audit --json` about the packages that are delivered: one line for each advisory that is high or critical.
 * @param {string} json @returns {Audit} not asked: the registry did not answer, or does not know advisories
 */
export function readAudit(json) {
  /** @type {{ vulnerabilities?: Record<string, { name: string, via: (string | { title: string, url: string, severity: string })[] }> } | null} */
  let report = null
  try {
    report = JSON.parse(json)
  } catch {
    // No answer, or one of another program.
  }
  if (!report?.vulnerabilities) return { asked: false }
  const vulnerable = Object.values(report.vulnerabilities)
  // A package that only depends on a vulnerable one names it; the advisory stands with that one.
  const lines = vulnerable.flatMap(({ name, via }) =>
    via.flatMap((cause) =>
      typeof cause === 'object' && GRAVE.includes(cause.severity)
        ? [`${name}, ${cause.severity}: ${cause.title} ${cause.url}`]
        : [],
    ),
  )
  return { asked: true, findings: [...new Set(lines)] }
}

/** Asks npm's registry for advisories about the packages that are delivered, at most for half a minute. */
export async function askForAdvisories() {
  const command = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=20000']
  const { stdout } = await run('npm', command, { env: machineEnv(), timeout: 30_000 })
  return readAudit(stdout)
}
