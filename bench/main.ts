import { existsSync, readdirSync } from 'node:fs'
import { fromRoot } from '../scripts/lib/paths.mjs'
import { runNode } from '../scripts/lib/run.mjs'
import { secondsSince } from '../scripts/lib/steps.mjs'

const usage = `npm run bench                      measures everything, writes bench/results and docs/performance.md
npm run bench -- --quick           the same in two minutes, with few rounds: prints, writes nothing
npm run bench -- edge next-start   these parts alone
npm run bench -- growth --large    the stores with ten million sessions: 12 GB of memory, 10 GB of disk, a quarter of an hour
npm run bench -- report            writes docs/performance.md anew from the results
npm run bench -- profile NAME      where the time of a request goes, as bench/results/profile-NAME.json`

/** Milliseconds that a quick run may take, with what is built for it. */
const QUICK_LIMIT = 115_000

/** Each is a folder with a program that runs alone; what the others build on comes first. */
const parts = ['edge', 'next-start', ...folders().filter((name) => !['edge', 'next-start'].includes(name))]

function folders(): string[] {
  const names = readdirSync(fromRoot('bench')).filter((name) =>
    existsSync(fromRoot('bench', name, 'main.ts')),
  )
  return names.filter((name) => name !== 'profile' && name !== 'report').sort()
}

const args = process.argv.slice(2)
const quick = args.includes('--quick')
const large = args.includes('--large')
const [first, ...rest] = args.filter((arg) => arg !== '--quick' && arg !== '--large')

if (args.includes('--help')) console.log(usage)
else if (first === 'report') process.exitCode = await program('report', [])
else if (first === 'profile')
  process.exitCode = (await program('profile', rest)) || (await program('report', []))
else process.exitCode = await measure(first === undefined ? parts : [first, ...rest])

async function measure(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !parts.includes(name))
  if (unknown !== undefined) {
    console.error(`There is no part "${unknown}", only ${parts.join(', ')}.\n\n${usage}`)
    return 1
  }
  const began = performance.now()
  const failed: string[] = []
  for (const name of names) {
    const left = Math.ceil(QUICK_LIMIT - (performance.now() - began))
    if (quick && left <= 0) {
      console.log(`\n${name}: left out, the two minutes are over`)
      continue
    }
    console.log(`\n== ${name}`)
    const flags = [...(quick ? ['--quick'] : []), ...(large && name === 'growth' ? ['--large'] : [])]
    const code = await program(name, flags, quick ? left : undefined)
    if (quick && performance.now() - began >= QUICK_LIMIT)
      console.log(`${name}: broken off, the two minutes are over`)
    else if (code !== 0) failed.push(name)
  }
  if (!quick && failed.length === 0) await program('report', [])
  console.log(`\n${failed.length > 0 ? `failed: ${failed.join(', ')}; ` : ''}${secondsSince(began)}`)
  return failed.length > 0 ? 1 : 0
}

async function program(name: string, more: readonly string[], timeout?: number): Promise<number> {
  const { code } = await runNode(['--expose-gc', fromRoot('bench', name, 'main.ts'), ...more], {
    show: true,
    env: { NODE_ENV: 'production' },
    ...(timeout === undefined ? {} : { timeout }),
  })
  return code
}
