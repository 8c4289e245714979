import { readFileSync, writeFileSync } from 'node:fs'
import { npm } from '../lib/install.mjs'
import { missingOptionalPackages, withOptionalPackages } from '../lib/lockfile.mjs'
import { fromRoot } from '../lib/paths.mjs'

/** Brings package-lock.json up to date with each package.json, for every platform. */
export default async function lockfile() {
  await npm(['install', '--package-lock-only', '--ignore-scripts'])
  const file = fromRoot('package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const added = missingOptionalPackages(lock.packages).length
  if (added > 0) {
    const packages = withOptionalPackages(lock.packages)
    writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`)
  }
  console.log(
    `package-lock.json: ${Object.keys(lock.packages).length + added} packages, ${added} of them added for other platforms`,
  )
}
