import { isIP } from 'node:net'
import { z } from 'zod'
import type { Rate } from '../limits/rate.ts'
import { parseStoreUrl, type StoreAddress } from '../store/address.ts'
import type { Grace } from '../tokens/rotation.ts'
import { sharedSecretBytes } from '../tokens/shared-secret.ts'
import { parseSigningKeys, type SigningKeys } from '../tokens/signing-keys.ts'
import { isStrongSecret } from './secret-strength.ts'

// Every message is our own: zod's and the parsers' quote their input, which may be secret.

const TEN_YEARS_S = 315_360_000

const wholeNumber = (min: number, max: number, message: string) =>
  z
    .string()
    .regex(/^\d{1,10}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message)

export const seconds = wholeNumber(
  1,
  TEN_YEARS_S,
  'must be a whole number of seconds, 1 to 315360000 (10 years)',
)

export const secondsOrNone = wholeNumber(0, TEN_YEARS_S, 'must be a whole number of seconds, 0 to 315360000')

export const sessionLimit = wholeNumber(
  1,
  1000,
  'must be a whole number, 1 to 1000; leave it unset for no limit',
)

/** `10/300`: so many in so many seconds. */
export const rate = z.string().transform((value, context): Rate | undefined => {
  if (value === 'off') return undefined
  const [, points = 0, seconds = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(value) ?? []).map(Number)
  if (points > 0 && seconds > 0) return { points, seconds }
  context.addIssue('must be a number of failed tries and of seconds, such as 10/300, or the word off')
  return z.NEVER
})

export const port = wholeNumber(0, 65_535, 'must be a port number, 0 to 65535')

export const httpUrl = z
  .string()
  .refine(
    (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
    'must be a URL with http:// or https://',
  )

export const smtpUrl = z
  .string()
  .refine(
    (text) => /^smtps?:$/.test(URL.parse(text)?.protocol ?? '') && URL.parse(text)?.hostname !== '',
    'must be smtp://user:password@host:587 or smtps://…',
  )

export const path = z.string().refine((text) => !text.includes('\0'), 'must be the path of a folder')

export const sender = z
  .string()
  .regex(
    /^[^\r\n<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/,
    'must be an e-mail address, with or without a name: Example <no-reply@example.com>',
  )

export const identifier = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')

export const role = z
  .string()
  .regex(/^[\w.:-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, colons, hyphens and underscores')

export const logLevel = z.enum(
  ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
  'must be fatal, error, warn, info, debug, trace or silent',
)

const STRENGTH = '32 bytes or more, 8 different characters or more, and no short pattern repeated'

export const sharedSecret = z
  .string()
  .refine(
    (secret) => !/^(hex|base64):/i.test(secret) || !sharedSecretBytes(secret).equals(Buffer.from(secret)),
    'is no hex:… or base64:… of bytes',
  )
  .refine((secret) => isStrongSecret(sharedSecretBytes(secret)), `needs ${STRENGTH}`)

export const bearerToken = z
  .string()
  .regex(/^[\x21-\x7e]*$/, 'must be visible ASCII characters, without a space')
  .refine(isStrongSecret, `needs ${STRENGTH}`)

export const secretList = z
  .string()
  .transform((list) => list.split(',').map((secret) => secret.trim()))
  .refine((list) => list.every(isStrongSecret), `needs in each secret ${STRENGTH}`)
  .refine((list) => new Set(list).size === list.length, 'names the same secret twice')

export const grace = z.string().transform((value, context): Grace => {
  if (value === 'lenient') return value
  if (/^\d{1,9}$/.test(value) && Number(value) <= TEN_YEARS_S) return Number(value)
  context.addIssue('must be a whole number of seconds, 0 for strict, or the word lenient')
  return z.NEVER
})

export const replayFrom = z.enum(['anyone', 'same-client'], 'must be anyone or same-client')

export const secondFactor = z.enum(['off', 'on', 'totp', 'passkeys'], 'must be off, on, totp or passkeys')

export const host = z
  .string()
  .refine(
    (text) =>
      isIP(text) !== 0 ||
      /^(?=.{1,253}$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i.test(text),
    'must be an address, such as 127.0.0.1 or ::, or the name of one of this machine’s',
  )

export const signingKeys = z.string().transform((json, context): SigningKeys => {
  const parsed = parseSigningKeys(json)
  if ('keys' in parsed) return parsed.keys
  context.addIssue(parsed.reason)
  return z.NEVER
})

export const storeUrl: z.ZodType<StoreAddress, string> = z
  .string()
  .transform((url, context): StoreAddress => {
    const parsed = parseStoreUrl(url)
    if ('kind' in parsed) return parsed
    context.addIssue(parsed.problem)
    return z.NEVER
  })

export const trustProxy = z.string().transform((value, context): boolean | number | string[] => {
  if (value === 'true' || value === 'false') return value === 'true'
  if (/^\d{1,2}$/.test(value)) return Number(value)
  const list = value.split(',').map((part) => part.trim())
  if (list.every(isProxy)) return list
  context.addIssue('must be true, false, a number of proxies, or a list of addresses, networks and loopback')
  return z.NEVER
})

function isProxy(part: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(part)) return true
  const [, address = '', prefix = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(part) ?? []
  return isIP(address) !== 0 && Number(prefix) <= (isIP(address) === 4 ? 32 : 128)
}
