import { isIP } from 'node:net'
import { z } from 'zod'
import type { Rate } from '../limits/rate.ts'
import { parseStoreUrl, type StoreAddress } from '../store/address.ts'
import type { Grace } from '../tokens/rotation.ts'
import { sharedSecretBytes } from '../tokens/shared-secret.ts'
import { parseSigningKeys, readSigningKeys, type SigningKeys } from '../tokens/signing-keys.ts'
import { isStrongSecret } from './secret-strength.ts'

// Every message is our own: zod's and the parsers' quote their input, which may be secret. No type takes an option's text for its value: a
// variable's text is read first, in `variable-texts.ts`.

const TEN_YEARS_S = 315_360_000

const text = z.string('must be text')

const wholeNumber = (min: number, max: number, message: string) =>
  z.number(message).int(message).min(min, message).max(max, message)

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

const failures = z.object({
  points: z.number().int().min(1).max(999_999),
  seconds: z.number().int().min(1).max(999_999),
})

/** So many in so many seconds; undefined: any number. */
export const rate = z.unknown().transform((value, context): Rate | undefined => {
  if (value === 'off') return undefined
  const parsed = failures.safeParse(value)
  if (parsed.success) return parsed.data
  context.addIssue('must be a number of failed tries and of seconds, such as 10/300, or the word off')
  return z.NEVER
})

export const port = wholeNumber(0, 65_535, 'must be a port number, 0 to 65535')

export const httpUrl = text.refine(
  (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
  'must be a URL with http:// or https://',
)

export const smtpUrl = text.refine(
  (text) => /^smtps?:$/.test(URL.parse(text)?.protocol ?? '') && URL.parse(text)?.hostname !== '',
  'must be smtp://user:password@host:587 or smtps://…',
)

export const path = text.refine((text) => !text.includes('\0'), 'must be the path of a folder')

export const sender = text.regex(
  /^[^\r\n<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/,
  'must be an e-mail address, with or without a name: Example <no-reply@example.com>',
)

export const identifier = text.regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')

export const role = text.regex(
  /^[\w.:-]{1,64}$/,
  'must be 1 to 64 letters, digits, dots, colons, hyphens and underscores',
)

export const logLevel = z.enum(
  ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
  'must be fatal, error, warn, info, debug, trace or silent',
)

const STRENGTH = '32 bytes or more, 8 different characters or more, and no short pattern repeated'

export const sharedSecret = text
  .refine(
    (secret) => !/^(hex|base64):/i.test(secret) || !sharedSecretBytes(secret).equals(Buffer.from(secret)),
    'is no hex:… or base64:… of bytes',
  )
  .refine((secret) => isStrongSecret(sharedSecretBytes(secret)), `needs ${STRENGTH}`)

export const bearerToken = text
  .regex(/^[\x21-\x7e]*$/, 'must be visible ASCII characters, without a space')
  .refine(isStrongSecret, `needs ${STRENGTH}`)

export const secretList = z
  .array(text, 'must be a list, newest first')
  .min(1, 'must have one secret at least')
  .refine((list) => list.every(isStrongSecret), `needs in each secret ${STRENGTH}`)
  .refine((list) => new Set(list).size === list.length, 'names the same secret twice')

const graceSeconds = wholeNumber(0, TEN_YEARS_S, '')

export const grace = z.unknown().transform((value, context): Grace => {
  const parsed = value === 'lenient' ? value : graceSeconds.safeParse(value).data
  if (parsed !== undefined) return parsed
  context.addIssue('must be a whole number of seconds, 0 for strict, or the word lenient')
  return z.NEVER
})

export const replayFrom = z.enum(['anyone', 'same-client'], 'must be anyone or same-client')

export const secondFactor = z.enum(['off', 'on', 'totp', 'passkeys'], 'must be off, on, totp or passkeys')

export const host = text.refine(
  (text) =>
    isIP(text) !== 0 ||
    /^(?=.{1,253}$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i.test(text),
  'must be an address, such as 127.0.0.1 or ::, or the name of one of this machine’s',
)

/** A private JWK set, as an object or as JSON. */
export const signingKeys = z.unknown().transform((set, context): SigningKeys => {
  const parsed = typeof set === 'string' ? parseSigningKeys(set) : readSigningKeys(set)
  if ('keys' in parsed) return parsed.keys
  context.addIssue(parsed.reason)
  return z.NEVER
})

export const storeUrl: z.ZodType<StoreAddress, string> = text.transform((url, context): StoreAddress => {
  const parsed = parseStoreUrl(url)
  if ('kind' in parsed) return parsed
  context.addIssue(parsed.problem)
  return z.NEVER
})

/** Express's `trust proxy`. */
export const trustProxy = z.union(
  [z.boolean(), z.number().int().min(0).max(99), z.array(z.string().refine(isProxy))],
  'must be true, false, a number of proxies, or a list of addresses, networks and loopback',
)

function isProxy(part: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(part)) return true
  const [, address = '', prefix = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(part) ?? []
  return isIP(address) !== 0 && Number(prefix) <= (isIP(address) === 4 ? 32 : 128)
}
