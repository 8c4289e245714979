import { askForAdvisories } from '../lib/advisories.mjs'
import { setUp } from '../lib/set-up.mjs'
import { say } from '../lib/steps.mjs'

/** Fails for each advisory, high or critical, about a package that is delivered: for a daily run, and before a release. */
export default async function audit() {
  await setUp()
  const answer = await askForAdvisories()
  if (!answer.asked) return say('advisories', 'not asked: the registry does not answer')
  say('advisories', answer.findings.length === 0 ? 'none high or critical' : `${answer.findings.length}`)
  for (const finding of answer.findings) console.log(`  ${finding}`)
  if (answer.findings.length > 0) process.exitCode = 1
}
