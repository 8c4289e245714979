import { z } from 'zod'
import { secretBytes } from '../../gateway/token/secret-bytes.ts'
import type { Environment } from '../environment.ts'
import type { Form, Variable } from './option-table.ts'
import { variables as variableTable } from './option-table.ts'

const url = z.string().refine(isHttpUrl, 'must be an http:// or https:// address without user and password')
const baseUrl = url.refine((value) => !/[?#]/.test(value), 'must be an address without ? and #')
const VARIETY = '8 different characters or more and no short pattern repeated'
const secret = z
  .string()
  .refine((text) => !/^(hex|base64):/i.test(text) || isSpelled(text), 'is no hex:… or base64:… of bytes')
  .refine((text) => isStrongSecret(text, secretBytes(text)), `must have at least 32 bytes, ${VARIETY}`)
const secretList = z
  .string()
  .refine(
    (list) => list.split(',').every((text) => isStrongSecret(text)),
    `must have at least 32 bytes each, ${VARIETY}, separated by commas`,
  )
const seconds = z.string().regex(/^\d{1,9}$/, 'must be a whole number of seconds')
const keySet = z.string().refine(isKeySet, 'must be a JSON Web Key Set with a key: {"keys":[…]}')

/** The check of each form. */
const forms: Readonly<Record<Form, z.ZodType<string>>> = {
  'base-url': baseUrl,
  url,
  secret,
  'secret-list': secretList,
  'visible-secret': secret.regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters, without a space'),
  algorithm: z
    .string()
    .regex(
      /^(EdDSA|[HERP]S(256|384|512))$/,
      'must be HS256, ES256, RS256, PS256, their 384 or 512, or EdDSA',
    ),
  'key-set': keySet,
  name: z.string().min(1),
  seconds,
  budget: z.string().regex(/^[1-9]\d{1,5}$/, 'must be a whole number of milliseconds, from 10 to 999999'),
  'cookie-secure': z.enum(['auto', 'true', 'false'], { error: 'must be auto, true or false' }),
  text: z.string(),
  port: z
    .string()
    .refine((port) => /^\d{1,5}$/.test(port) && Number(port) <= 65_535, 'must be a port number'),
  'log-level': z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    error: 'must be trace, debug, info, warn, error, fatal or silent',
  }),
}

const schemaOf = ({ form, default: value }: Variable) =>
  value === undefined ? forms[form].optional() : forms[form].default(value)

/** The gateway's environment variables. */
const gatewayEnvironment = z.object(
  Object.fromEntries(Object.entries(variableTable).map(([name, variable]) => [name, schemaOf(variable)])),
)

/** The variables the gateway reads, as the documentation tells them. */
export const variables: readonly { name: string; meaning: string; default: string }[] = Object.entries(
  variableTable,
).map(([name, { meaning, otherwise, default: value }]) => ({
  name,
  meaning,
  default: otherwise ?? value ?? 'unset',
}))

/**
 * Checks the gateway's environment and returns one line for each bad value, which never holds the value itself.
 * `complete` also asks for what must be there to serve requests.
 */
export function environmentProblems(
  env: Readonly<Record<string, string | undefined>>,
  complete: boolean,
): string[] {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = gatewayEnvironment.safeParse(set)
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  if (complete && !set.GATEWAY_SECRET && !set.ETLS_ACCESS) {
    problems.push('GATEWAY_SECRET: is missing; run `npx evergate keys make`, which makes one')
  }
  if (parsed.success) problems.push(...algorithmProblems(parsed.data))
  return problems
}

function algorithmProblems({ TOKEN_ALG: alg, ETLS_ACCESS: secret }: Environment): string[] {
  if (!alg || alg.startsWith('HS') !== (secret !== undefined))
    return alg
      ? [`TOKEN_ALG: ${alg} ${secret ? 'needs a key set in the place of' : 'needs'} ETLS_ACCESS`]
      : []
  const least = Number(alg.slice(2)) / 8
  return secret && secretBytes(secret).length < least
    ? [`ETLS_ACCESS: must have at least ${least} bytes for ${alg}`]
    : []
}

const textOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')

/** Whether a secret spells bytes, and is not its own text. */
const isSpelled = (secret: string) => textOf(secretBytes(secret)) !== textOf(new TextEncoder().encode(secret))

/** Long and varied enough not to be guessed: a default such as `changeme`, or one key held down, must not start. */
function isStrongSecret(secret: string, bytes = new TextEncoder().encode(secret)): boolean {
  const text = textOf(bytes)
  const repeats = Array.from({ length: 8 }, (_, index) => text.slice(index + 1)).some((rest) =>
    text.startsWith(rest),
  )
  return bytes.length >= 32 && new Set(text).size >= 8 && !repeats
}

/** Neither does `fetch` call an address with a password, nor is one with blanks the same after a path was appended. */
function isHttpUrl(value: string): boolean {
  // Not `URL.parse`, which Node 20 lacks.
  if (!URL.canParse(value) || /\s/.test(value)) return false
  const { protocol, username, password } = new URL(value)
  return ['http:', 'https:'].includes(protocol) && !username && !password
}

function isKeySet(text: string): boolean {
  try {
    const keys = JSON.parse(text)?.keys
    return Array.isArray(keys) && keys.length > 0
  } catch {
    return false
  }
}
