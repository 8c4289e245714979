import { setting } from '../lib/env-file.mjs'
import { kinds, readRing, writeRing } from '../lib/key-kinds.mjs'
import { olderKeys, retirableAt, retire, rotate, stage } from '../lib/key-ring.mjs'
import { Problem } from '../lib/problem.mjs'
import { freshKey } from '../lib/secrets.mjs'

/** @typedef {import('../lib/key-kinds.mjs').KindName} KindName */

const HELP = `Usage: npm run keys -- COMMAND [signing|refresh|gateway]

  list            what is in use, by names that are not secret
  rotate KIND     a new key makes tokens from the next start on; the ones before are still accepted
  stage KIND      a new key is accepted, and makes nothing yet; the next rotate takes it
  retire KIND     drops the ones before, once every token they made has ended; --force: at once

Without KIND rotate, stage and retire do all three. The keys are those of .env.local.
One process of each part: rotate, restart. Several, or no pause: stage, restart all, rotate, restart all.
`

/** @param {number} time */
const minute = (time) => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** @param {KindName} name */
function lifeOf(name) {
  const [variable, fallback] = kinds[name].life
  return Number(setting(variable) ?? fallback)
}

/** @param {KindName} name */
function ringOf(name) {
  const ring = readRing(name)
  if (ring) return ring
  const { variable } = kinds[name]
  const unused = name !== 'refresh' && setting('ETLS_ACCESS') !== undefined
  throw new Problem(
    unused
      ? `${variable} is not set: with ETLS_ACCESS it is not used, and there is nothing to rotate.`
      : `${variable} is not set; run \`npm run setup\`, which makes one.`,
  )
}

/** @param {KindName} name */
function list(name) {
  const ring = readRing(name)
  if (!ring) return console.log(`${name}: ${kinds[name].variable} is not set`)
  console.log(`${name} (${kinds[name].variable}, makes ${kinds[name].makes})`)
  const until = retirableAt(ring, lifeOf(name))
  ring.keys.forEach((key, index) => {
    const isStaged = ring.staged && index === ring.keys.length - 1
    const since = ring.rotatedAt === undefined ? '' : `, since ${minute(ring.rotatedAt)}`
    const old = until === undefined ? '' : `, may be retired from ${minute(until)}`
    console.log(
      `  ${kinds[name].name(key)}  ${index === 0 ? `in use${since}` : isStaged ? 'staged' : `accepted${old}`}`,
    )
  })
}

/** @param {KindName} name */
async function stageOne(name) {
  const staged = stage(ringOf(name), await freshKey(name))
  if (!staged) throw new Problem(`A ${name} key is staged already: rotate takes it.`)
  writeRing(name, staged)
  console.log(`${name}: a new key is staged. Restart ${kinds[name].restart}, then rotate.`)
}

/** @param {KindName} name */
async function rotateOne(name) {
  const ring = rotate(ringOf(name), await freshKey(name), Date.now())
  writeRing(name, ring)
  const { restart, makes, name: nameOf } = kinds[name]
  const until = minute(retirableAt(ring, lifeOf(name)) ?? 0)
  console.log(
    `${name}: ${nameOf(ring.keys[0] ?? '')} makes ${makes} now. Restart ${restart} within the hour; retire the older from ${until}.`,
  )
}

/** @param {KindName} name @param {boolean} force */
function retireOne(name, force) {
  const ring = ringOf(name)
  const count = olderKeys(ring).length
  if (count === 0) return console.log(`${name}: there is nothing to retire.`)
  const until = retirableAt(ring, lifeOf(name))
  if (!force && (until === undefined || until > Date.now()))
    throw new Problem(
      until === undefined
        ? `It is not known when the older ${name} keys were last used: retire them with --force when ${lifeOf(name)} s have passed.`
        : `Tokens of the older ${name} keys may live until ${minute(until)}: retire them then, or with --force now.`,
    )
  writeRing(name, retire(ring))
  const keys = count === 1 ? '1 older key is' : `${count} older keys are`
  console.log(`${name}: ${keys} gone. Restart ${kinds[name].restart}.`)
}

/** @param {string[]} args */
export default async function keys(args) {
  const force = args.includes('--force')
  const [command, kind, ...rest] = args.filter((arg) => arg !== '--force')
  if (command === undefined || ['help', '--help', '-h'].includes(command)) return process.stdout.write(HELP)
  const all = /** @type {KindName[]} */ (Object.keys(kinds))
  const names = all.filter((name) => kind === undefined || kind === name)
  const work = {
    list,
    rotate: rotateOne,
    stage: stageOne,
    retire: (/** @type {KindName} */ name) => retireOne(name, force),
  }
  if (
    !Object.hasOwn(work, command) ||
    names.length === 0 ||
    rest.length > 0 ||
    (force && command !== 'retire')
  )
    throw new Problem(HELP.trimEnd())
  // A kind that is not in use is named and passed over when all are meant.
  const inUse = kind === undefined && command !== 'list' ? names.filter((name) => readRing(name)) : names
  const problems = []
  for (const name of inUse) {
    try {
      await work[/** @type {keyof typeof work} */ (command)](name)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problems.push(error.message)
    }
  }
  if (problems.length > 0) throw new Problem(problems.join('\n'))
}
