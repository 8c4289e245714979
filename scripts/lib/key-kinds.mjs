import { createHash } from 'node:crypto'
import { setInEnvFile, setting } from './env-file.mjs'
import { Problem } from './problem.mjs'

/** @typedef {import('./key-ring.mjs').KeyRing} KeyRing */
/** @typedef {'signing' | 'refresh' | 'gateway'} KindName */

/**
 * @typedef {object} Kind
 * @property {string} variable
 * @property {string} makes
 * @property {[variable: string, fallback: string]} life of a token made with it: where it is set, in seconds
 * @property {string} restart what has to read the new list
 * @property {(text: string) => string[]} split
 * @property {(keys: readonly string[]) => string} join
 * @property {(key: string) => string} name tells keys apart, and is not secret
 */

const fingerprint = (/** @type {string} */ secret) =>
  createHash('sha256').update(secret).digest('hex').slice(0, 12)

const secrets = {
  split: (/** @type {string} */ text) => text.split(',').map((secret) => secret.trim()),
  join: (/** @type {readonly string[]} */ keys) => keys.join(','),
  name: fingerprint,
}

/** @type {Record<KindName, Kind>} */
export const kinds = {
  signing: {
    variable: 'SIGNING_KEYS',
    makes: 'access tokens',
    life: ['ACCESS_TOKEN_TTL', '900'],
    restart: 'every auth server',
    split: (text) => JSON.parse(text).keys.map((/** @type {unknown} */ key) => JSON.stringify(key)),
    join: (keys) => JSON.stringify({ keys: keys.map((key) => JSON.parse(key)) }),
    name: (key) => JSON.parse(key).kid,
  },
  refresh: {
    ...secrets,
    variable: 'ETLS_REFRESH',
    makes: 'refresh tokens',
    // Each renewal makes the next token with the newest key, so an older one lives on until the idle limit, not longer.
    life: ['REFRESH_TOKEN_TTL', '43200'],
    restart: 'every auth server',
  },
  gateway: {
    ...secrets,
    variable: 'GATEWAY_SECRET',
    makes: 'user data and signed-out marks',
    life: ['ACCESS_TOKEN_TTL', '900'],
    restart: 'every app',
  },
}

const RECORD = 'KEY_ROTATIONS'

/** @returns {Partial<Record<KindName, { rotatedAt?: string, staged?: boolean }>>} */
function record() {
  try {
    return JSON.parse(setting(RECORD) ?? '{}')
  } catch {
    throw new Problem(`${RECORD} in .env.local is not what this command wrote: delete that line.`)
  }
}

/** Undefined when the variable is not set. @param {KindName} name @returns {KeyRing | undefined} */
export function readRing(name) {
  const { variable, split } = kinds[name]
  const text = setting(variable)
  if (text === undefined) return undefined
  const { rotatedAt, staged = false } = record()[name] ?? {}
  try {
    return {
      keys: split(text),
      staged,
      rotatedAt: rotatedAt === undefined ? undefined : Date.parse(rotatedAt),
    }
  } catch {
    // The parser's own message quotes its input.
    throw new Problem(`${variable} cannot be read: it must be a private JWK set in JSON.`)
  }
}

/** @param {KindName} name @param {KeyRing} ring */
export function writeRing(name, { keys, staged, rotatedAt }) {
  const { variable, join } = kinds[name]
  if (process.env[variable])
    throw new Problem(
      `${variable} is set in the environment, which wins over .env.local: change it where it is set.`,
    )
  const entry = {
    ...(rotatedAt === undefined ? {} : { rotatedAt: new Date(rotatedAt).toISOString() }),
    ...(staged ? { staged } : {}),
  }
  setInEnvFile({ [variable]: join(keys), [RECORD]: JSON.stringify({ ...record(), [name]: entry }) })
}
