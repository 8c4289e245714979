/** `node e2e/storm/main.ts`: a storm on the command line. Exit code 1: a promise was broken; 2: it could not be held. */
import { readOptions, USAGE } from './options.ts'
import { runStorm } from './storm.ts'

const args = process.argv.slice(2)
if (args.includes('--help')) {
  console.log(USAGE)
  process.exit(0)
}
const options = readOptions(args)
if ('problem' in options) {
  console.error(`${options.problem}\n${USAGE}`)
  process.exit(2)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

try {
  const { table, broken, details } = await runStorm(options, console.log)
  for (const line of details.slice(0, 60)) console.log(line)
  console.log(`\n${table}`)
  for (const promise of broken) console.error(`BROKEN: ${promise}`)
  // Connections to processes that were killed must not keep this one.
  process.exit(broken.length > 0 ? 1 : 0)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(2)
}
