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
const text = () => (existsSync(envFile()) ? readFileSync(envFile(), 'utf8') : '')

/**
 * The variables of a `.env` text; of the same name twice, the last counts. As `parseEnv` of `node:util`, which Node 20.9 does
 * not have. @param {string} text @returns {Record<string, string>}
 */
export function parseEnv(text) {
  const matches = [...text.matchAll(assignment)]
  return Object.fromEntries(matches.map(([, name, a, b, c, bare = '']) => [name, a ?? b ?? c ?? bare.trim()]))
}

/** The variable as a part will see it: the real environment wins over `.env.local`; empty counts as unset. @param {string} name */
export const setting = (name) => process.env[name] || parseEnv(text())[name] || undefined

/** Adds lines to `.env.local`, all or none: a full disk must not leave half a key behind. @param {Record<string, string>} values */
export function appendToEnvFile(values) {
  const file = existsSync(envFile()) ? realpathSync(envFile()) : envFile()
  const before = text().replace(/([^\n])$/, '$1\n')
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quoted(value)}\n`)
  const draft = `${file}.${process.pid}.local`
  try {
    writeFileSync(draft, before + lines.join(''), { mode: 0o600, flag: 'wx' })
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** @param {string} value */
function quoted(value) {
  const quote = ["'", '`', '"'].find((mark) => !value.includes(mark))
  if (quote) return quote + value + quote
  throw new Problem('A value with all three kinds of quotation marks cannot be kept in .env.local.')
}

/** Takes everybody else's access to `.env.local` away; says whether there was any. */
export function narrowEnvFile() {
  if (process.platform === 'win32' || !existsSync(envFile())) return false
  if ((statSync(envFile()).mode & 0o077) === 0) return false
  chmodSync(envFile(), 0o600)
  return true
}
