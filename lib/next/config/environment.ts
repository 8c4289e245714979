import { z } from 'zod'
import { resolveOptions } from '../../gateway/options.ts'
import { secretBytes } from '../../gateway/token/secret-bytes.ts'
import type { Environment } from '../environment.ts'
import { DEFAULT_REMOTE_API, optionsFromEnvironment } from '../environment.ts'
import { DEFAULT_LOG_LEVEL } from '../log.ts'

/** The gateway's defaults where nothing is set. */
const defaults = resolveOptions(optionsFromEnvironment({}))

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

/** The gateway's environment variables. `meta` is what docs/configuration.md says of them. */
const gatewayEnvironment = z.object({
  REMOTE_API: baseUrl
    .default(DEFAULT_REMOTE_API)
    .meta({ description: 'base URL of the auth server or backend' }),
  ETLS_ACCESS: secret.optional().meta({
    description:
      'HS256 secret of access tokens, at least 32 bytes; `base64:…` and `hex:…` spell bytes. Set: shared-secret mode',
  }),
  TOKEN_ALG: z
    .string()
    .regex(/^(EdDSA|[HERP]S(256|384|512))$/, 'must be HS256, ES256, RS256, PS256, their 384 or 512, or EdDSA')
    .optional()
    .meta({
      description: 'the one algorithm of access tokens',
      default: 'HS256 with `ETLS_ACCESS`, else that of each key',
    }),
  JWKS_URL: url
    .optional()
    .meta({ description: 'where the public keys are', default: '`REMOTE_API` + `/.well-known/jwks.json`' }),
  JWKS: keySet.optional().meta({ description: 'the public key set itself, in the place of `JWKS_URL`' }),
  GATEWAY_SECRET: secretList.optional().meta({
    description: 'signs what the gateway itself issues; a comma-separated list rotates it, newest first',
    default: 'made by `npm run setup`; else derived from `ETLS_ACCESS`',
  }),
  FEED_SECRET: secret
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters, without a space')
    .optional()
    .meta({
      description:
        'secret of `GET /ended`, at least 32 bytes: the gateway asks there which sessions have ended. Unset: a session that was ended lives on until its access token ends',
      default: 'made by `npm run setup`',
    }),
  TOKEN_ISSUER: z.string().min(1).default(defaults.issuer).meta({ description: '`iss` of access tokens' }),
  TOKEN_AUDIENCE: z
    .string()
    .min(1)
    .default(defaults.audience)
    .meta({ description: '`aud` of access tokens' }),
  RENEW_BEFORE: seconds
    .default(`${defaults.renewBefore}`)
    .meta({ description: 'renew this many seconds before `exp`, and never more than half the token’s life' }),
  REFRESH_TIMEOUT: z
    .string()
    .regex(/^[1-9]\d{1,5}$/, 'must be a whole number of milliseconds, from 10 to 999999')
    .default(`${defaults.refreshTimeout}`)
    .meta({ description: 'whole budget of one renewal in ms, its retries included' }),
  STALE_IF_ERROR: seconds.default(`${defaults.staleIfError}`).meta({
    description:
      'seconds past `exp` for which a GET or HEAD is still served while the backend cannot be reached',
  }),
  COOKIE_SECURE: z
    .enum(['auto', 'true', 'false'], { error: 'must be auto, true or false' })
    .default('auto')
    .meta({
      description:
        'whether cookies are `Secure` and `__Host-`: `true`, `false`, or `auto` (by `x-forwarded-proto` when `TRUST_PROXY` is set)',
    }),
  TRUST_PROXY: z.string().optional().meta({
    description:
      'whether `x-forwarded-*` headers are believed; a number says how many proxies add to `x-forwarded-for`',
  }),
  HOST: z.string().default('127.0.0.1').meta({
    description: 'address or name to listen on; `0.0.0.0` or `::` for every address of the machine',
  }),
  PORT: z
    .string()
    .refine((port) => /^\d{1,5}$/.test(port) && Number(port) <= 65_535, 'must be a port number')
    .default('3000')
    .meta({ description: 'port of the app' }),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default(DEFAULT_LOG_LEVEL)
    .meta({
      description:
        'least severe level that is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace`, `silent`',
    }),
})

/** The variables the gateway reads, for the documentation to be checked against. */
export const variables: readonly { name: string; meaning: string; default: string }[] = Object.entries(
  gatewayEnvironment.shape,
).map(([name, field]) => ({
  name,
  meaning: field.meta()?.description ?? '',
  default: String(field.meta()?.default ?? field.safeParse(undefined).data ?? 'unset'),
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
    problems.push('GATEWAY_SECRET: is missing; run `npm run setup`, which makes one')
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
