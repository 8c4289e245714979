import {
  chmodSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { fromRoot } from './paths.mjs'
import { Problem } from './problem.mjs'

const assignment =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(?:'([^']*)'|"([^"]*)"|`([^`]*)`|([^\r\n#]*))/gm

/** Where set-up keeps what it makes; git-ignored. */
const envFile = () => fromRoot('.env.local')

/**
 * The variables of a `.env` text; of the same name twice, the last counts.
 *
 * @param {string} text
 * @returns {Record<string, string>}
 */
export function parseEnv(text) {
  const found = [...text.matchAll(assignment)].map((match) => {
    const [, name = '', single, double, back, bare = ''] = match
    return [name, single ?? double ?? back ?? bare.trim()]
  })
  return Object.fromEntries(found)
}

/** @returns {Record<string, string>} */
function readEnvFile() {
  return existsSync(envFile()) ? parseEnv(readFileSync(envFile(), 'utf8')) : {}
}

/**
 * The variable as a part will see it: the real environment wins over `.env.local`; empty counts as unset.
 *
 * @param {string} name
 */
export function setting(name) {
  return process.env[name] || readEnvFile()[name] || undefined
}

/**
 * Adds lines to `.env.local`, all or none: a full disk must not leave half a key behind.
 *
 * @param {Record<string, string>} values
 */
export function appendToEnvFile(values) {
  rewriteEnvFile((before) => withLines(before, values))
}

/** @param {string} text @param {Record<string, string>} values */
function withLines(text, values) {
  const separator = text === '' || text.endsWith('\n') ? '' : '\n'
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quoted(value)}\n`)
  return text + separator + lines.join('')
}

/** @param {string} value */
function quoted(value) {
  const quote = ["'", '`', '"'].find((mark) => !value.includes(mark))
  if (!quote)
    throw new Problem('A value with all three kinds of quotation marks cannot be kept in .env.local.')
  return quote + value + quote
}

/** @param {(before: string) => string} change */
function rewriteEnvFile(change) {
  const file = existsSync(envFile()) ? realpathSync(envFile()) : envFile()
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const draft = `${file}.${process.pid}.local`
  try {
    writeFileSync(draft, change(before), { mode: 0o600, flag: 'wx' })
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** Takes everybody else's access to `.env.local` away; says whether there was any. */
export function narrowEnvFile() {
  if (process.platform === 'win32' || !existsSync(envFile())) return false
  if ((statSync(envFile()).mode & 0o077) === 0) return false
  chmodSync(envFile(), 0o600)
  return true
}
