import { formatLine } from '../env-file.ts'
import type { Report } from '../report.ts'
import { Problem } from '../report.ts'
import type { KeyFile } from './key-file.ts'
import type { KindName } from './kinds.ts'
import { KINDS, kinds } from './kinds.ts'
import type { KeyRing } from './ring.ts'
import { olderKeys, retirableAt, retire, rotate, stage } from './ring.ts'

const minute = (time: number) => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`

type ListedKey = {
  readonly name: string
  readonly state: 'in use' | 'accepted' | 'staged'
  readonly since?: string
  readonly retirableFrom?: string
}

/** The keys in use, by names that are not secret. */
export function list(file: KeyFile, kind: KindName | undefined): Report {
  const listed = (kind ? [kind] : KINDS).map((name) => {
    const ring = file.read(name)
    const keys = ring?.keys.map((key, index) => listedKey(name, ring, key, index, file.lifeOf(name))) ?? null
    return { kind: name, variable: kinds[name].variable, keys }
  })
  const text = listed.map(({ kind: name, variable, keys }) =>
    keys
      ? `${name} (${variable}, makes ${kinds[name].makes})\n${keys.map(line).join('')}`
      : `${name}: ${variable} is not set\n`,
  )
  return { exitCode: 0, text: text.join(''), json: { keys: listed } }
}

function listedKey(kind: KindName, ring: KeyRing, key: string, index: number, life: number): ListedKey {
  const name = kinds[kind].name(key)
  const { rotatedAt } = ring
  if (index === 0)
    return {
      name,
      state: 'in use',
      ...(rotatedAt !== undefined && { since: new Date(rotatedAt).toISOString() }),
    }
  if (ring.staged && index === ring.keys.length - 1) return { name, state: 'staged' }
  const until = retirableAt(ring, life)
  return {
    name,
    state: 'accepted',
    ...(until !== undefined && { retirableFrom: new Date(until).toISOString() }),
  }
}

function line({ name, state, since, retirableFrom }: ListedKey): string {
  const from = since === undefined ? '' : `, since ${minute(Date.parse(since))}`
  const old = retirableFrom === undefined ? '' : `, may be retired from ${minute(Date.parse(retirableFrom))}`
  return `  ${name}  ${state}${from}${old}\n`
}

/** Makes the first key of a kind: into `.env.local`, or for somebody who keeps it elsewhere. */
export async function make(file: KeyFile, kind: KindName, to: 'file' | 'output'): Promise<Report> {
  const { variable, join, fresh, name, restart } = kinds[kind]
  if (to === 'output') {
    const value = join([await fresh()])
    return { exitCode: 0, text: formatLine([variable, value]), json: { [variable]: value } }
  }
  if (file.read(kind))
    throw new Problem(`${variable} is set already: \`evergate keys rotate ${kind}\` replaces it.`)
  if (unused(file, kind)) throw new Problem(`With ETLS_ACCESS ${variable} is not used, and none is made.`)
  const key = await fresh()
  file.write(kind, { keys: [key], staged: false, rotatedAt: undefined })
  const text = `${kind}: ${name(key)} is in .env.local. Restart ${restart}.\n`
  return { exitCode: 0, text, json: { made: [{ kind, variable, name: name(key) }] } }
}

const unused = (file: KeyFile, kind: KindName) =>
  kind !== 'refresh' && kind !== 'feed' && file.setting('ETLS_ACCESS') !== undefined

type Change = (file: KeyFile, kind: KindName, now: number) => Promise<string>

const stageOne: Change = async (file, kind) => {
  if (kinds[kind].holds === 'one')
    throw new Problem(`${kinds[kind].variable} holds one ${kind} key: rotate replaces it at once.`)
  const staged = stage(ringOf(file, kind), await kinds[kind].fresh())
  if (!staged) throw new Problem(`A ${kind} key is staged already: rotate takes it.`)
  file.write(kind, staged)
  return `${kind}: a new key is staged. Restart ${kinds[kind].restart}, then rotate.`
}

const rotateOne: Change = async (file, kind, now) => {
  const ring = rotate(ringOf(file, kind), await kinds[kind].fresh(), now)
  file.write(kind, ring)
  const { restart, makes, name, holds } = kinds[kind]
  if (holds === 'one')
    return `${kind}: ${name(ring.keys[0] ?? '')} is in the place of the one before. Restart ${restart}.`
  const until = minute(retirableAt(ring, file.lifeOf(kind)) ?? 0)
  return `${kind}: ${name(ring.keys[0] ?? '')} makes ${makes} now. Restart ${restart} within the hour; retire the older from ${until}.`
}

const retireWhen =
  (when: 'ended' | 'now'): Change =>
  async (file, kind, now) => {
    const ring = ringOf(file, kind)
    const count = olderKeys(ring).length
    if (count === 0) return `${kind}: there is nothing to retire.`
    const life = file.lifeOf(kind)
    const until = retirableAt(ring, life)
    if (when === 'ended' && (until === undefined || until > now))
      throw new Problem(
        until === undefined
          ? `It is not known when the older ${kind} keys were last used: retire them with --force when ${life} s have passed.`
          : `Tokens of the older ${kind} keys may live until ${minute(until)}: retire them then, or with --force now.`,
      )
    file.write(kind, retire(ring))
    return `${kind}: ${count === 1 ? '1 older key is' : `${count} older keys are`} gone. Restart ${kinds[kind].restart}.`
  }

function ringOf(file: KeyFile, kind: KindName): KeyRing {
  const ring = file.read(kind)
  if (ring) return ring
  const { variable } = kinds[kind]
  throw new Problem(
    unused(file, kind)
      ? `${variable} is not set: with ETLS_ACCESS it is not used, and there is nothing to rotate.`
      : `${variable} is not set: \`evergate keys make ${kind}\` makes one.`,
  )
}

export const changes = {
  stage: stageOne,
  rotate: rotateOne,
  retire: retireWhen('ended'),
  drop: retireWhen('now'),
}

/** Changes the keys of one kind, or of all that are in use; a kind that cannot be changed does not keep the others from it. */
export async function changeKeys(
  file: KeyFile,
  change: Change,
  kind: KindName | undefined,
  now: number,
): Promise<Report> {
  const results: { kind: KindName; done: boolean; message: string }[] = []
  for (const name of kind ? [kind] : KINDS.filter((one) => kinds[one].holds !== 'one' && file.read(one))) {
    try {
      results.push({ kind: name, done: true, message: await change(file, name, now) })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      results.push({ kind: name, done: false, message: error.message })
    }
  }
  if (results.length === 0) throw new Problem('No keys are set here: `evergate keys make` makes the first.')
  const messages = (done: boolean) =>
    results.map((result) => (result.done === done ? `${result.message}\n` : '')).join('')
  return {
    exitCode: results.every(({ done }) => done) ? 0 : 1,
    text: messages(true),
    errors: messages(false),
    json: { results },
  }
}
