import { createCipheriv, scrypt as derive, type ScryptOptions, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { powersOfTwo, type Scheme, type StoredHash, type Work } from './scheme.ts'

const scryptOf = promisify<string, Buffer, number, ScryptOptions, Buffer>(derive)

interface Cost {
  readonly N: number
  readonly r: number
  readonly p: number
}

const MOST_MEMORY_BYTES = 128 * 1024 * 1024
/** About a second and a half. */
const MOST_WORK = 2 ** 21

const memory = ({ N, r }: Pick<Cost, 'N' | 'r'>) => 128 * N * r

/** Node's own limit is lower than what is usual today. */
const withRoom = (cost: Cost): ScryptOptions => ({ ...cost, maxmem: 2 * memory(cost) + 1024 * 1024 })

function workOf({ N, r, p }: Cost): Work {
  return {
    family: `scrypt r=${r} p=${p}`,
    units: N,
    async spend(units) {
      for (const power of powersOfTwo(units, 2))
        await scryptOf('', Buffer.from('salt'), 64, withRoom({ N: power, r, p }))
    },
  }
}

function read(
  cost: Cost,
  length: number,
  check: (derive: Derive) => Promise<boolean>,
  salt: Buffer,
): ReturnType<Scheme> {
  const { N, r, p } = cost
  if (N < 2 || !Number.isInteger(Math.log2(N)) || r < 1 || p < 1) return undefined
  if (memory(cost) > MOST_MEMORY_BYTES || N * r * p > MOST_WORK) return 'too-costly'
  const hash: StoredHash = {
    work: workOf(cost),
    matches: (password) => check(() => scryptOf(password, salt, length, withRoom(cost))),
  }
  return hash
}

type Derive = () => Promise<Buffer>

function readPlain(cost: Cost, salt: Buffer, key: Buffer): ReturnType<Scheme> {
  if (key.length < 16 || key.length > 128) return undefined
  return read(cost, key.length, async (derive) => timingSafeEqual(await derive(), key), salt)
}

const DJANGO = /^scrypt\$(\d{1,10})\$([^$]{1,128})\$(\d{1,4})\$(\d{1,4})\$([A-Za-z\d+/]{20,172}={0,2})$/

/** Django: `scrypt$N$salt$r$p$base64`. The salt is text. */
export const djangoScrypt: Scheme = (text) => {
  const [, N, salt = '', r, p, key = ''] = DJANGO.exec(text) ?? []
  if (N === undefined) return undefined
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  return readPlain(cost, Buffer.from(salt), Buffer.from(key, 'base64'))
}

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,4}),p=(\d{1,4})\$([A-Za-z\d+/]{4,128})\$([A-Za-z\d+/]{20,172})$/

/** `$scrypt$ln=…,r=…,p=…$salt$hash`: a PHC string. */
export const phcScrypt: Scheme = (text) => {
  const [, ln, r, p, salt = '', key = ''] = PHC.exec(text) ?? []
  if (ln === undefined) return undefined
  const cost = { N: 2 ** Number(ln), r: Number(r), p: Number(p) }
  return readPlain(cost, Buffer.from(salt, 'base64'), Buffer.from(key, 'base64'))
}

const BASE64 = '[A-Za-z\\d+/_-]{1,256}={0,2}'
const FIREBASE = new RegExp(
  `^\\$fbscrypt\\$v=1,n=(\\d{1,2}),r=(\\d{1,4}),p=(\\d{1,4}),ss=(${BASE64}),sk=(${BASE64})\\$(${BASE64})\\$(${BASE64})$`,
)

/**
 * Firebase: `$fbscrypt$v=1,n=…,r=…,p=1,ss=…,sk=…$salt$hash`, in the form that other servers took before. The signer key of the project,
 * encrypted with what scrypt makes of the password, is the hash.
 */
export const firebase: Scheme = (text) => {
  const [, n, r, p, separator = '', signer = '', salt = '', hash = ''] = FIREBASE.exec(text) ?? []
  if (n === undefined) return undefined
  const [signerKey, expected] = [Buffer.from(signer, 'base64'), Buffer.from(hash, 'base64')]
  if (expected.length === 0 || expected.length !== signerKey.length) return undefined
  const check = async (derive: Derive) => {
    const cipher = createCipheriv('aes-256-ctr', (await derive()).subarray(0, 32), Buffer.alloc(16))
    return timingSafeEqual(Buffer.concat([cipher.update(signerKey), cipher.final()]), expected)
  }
  const salted = Buffer.concat([Buffer.from(salt, 'base64'), Buffer.from(separator, 'base64')])
  return read({ N: 2 ** Number(n), r: Number(r), p: Number(p) }, 64, check, salted)
}
