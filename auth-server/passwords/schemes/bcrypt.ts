import { createHash } from 'node:crypto'
import { powersOfTwo, type Scheme, type StoredHash, type Work } from './scheme.ts'

const MODULAR = /^(\$2[aby]\$(\d\d)\$[./A-Za-z\d]{53})$/
const CHEAPEST = 4
/** About a second. */
const DEAREST = 14

const PREFIXES: readonly [prefix: string, prepare: (password: string) => string][] = [
  // Django: bcrypt sees no more than 72 bytes of a password.
  ['bcrypt_sha256$', (password) => createHash('sha256').update(password).digest('hex')],
  ['bcrypt$', (password) => password],
  ['', (password) => password],
]

/** Loaded with the first such hash: a server without any goes without it. */
const library = () => import('@node-rs/bcrypt')

function workOf(cost: number): Work {
  return {
    family: 'bcrypt',
    units: 2 ** cost,
    async spend(units) {
      const { hash } = await library()
      for (const power of powersOfTwo(units, 2 ** CHEAPEST)) await hash('', { cost: Math.log2(power) })
    },
  }
}

/**
 * `$2a$`, `$2b$` and `$2y$`, as bcrypt for Node, Rails (Devise, `has_secure_password`), Laravel and PHP write them, and both forms of
 * Django. As everywhere, 72 bytes of a password count, but for Django's `bcrypt_sha256`.
 */
export const bcrypt: Scheme = (text) => {
  const [prefix, prepare] = PREFIXES.find(([each]) => text.startsWith(each)) ?? PREFIXES[2] ?? []
  const [, hash, digits] = MODULAR.exec(text.slice(prefix?.length)) ?? []
  if (hash === undefined || prepare === undefined) return undefined
  const cost = Number(digits)
  if (cost < CHEAPEST) return undefined
  if (cost > DEAREST) return 'too-costly'
  const read: StoredHash = {
    work: workOf(cost),
    async matches(password) {
      const { verify } = await library()
      return await verify(prepare(password), hash)
    },
  }
  return read
}
