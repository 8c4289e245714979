import type { Colors } from '../io.ts'
import type { CookieInspection } from './inspect-cookies.ts'
import type { Inspection } from './inspect-token.ts'

const REASONS: Readonly<Record<string, string>> = {
  no_secret: 'GATEWAY_SECRET is not set here: run this in the folder of the app',
  malformed: 'it is not three base64url parts with one spelling each; was it cut off, or copied with blanks?',
  header_refused: 'its header brings a key or an extension of its own (jku, jwk, x5u, x5c, crit)',
  unknown_key: 'no key of the key set has its kid and alg; is it from another environment?',
  retired_key: 'the key it names is no longer published',
  signature: 'the signature is not of a key that is known here; was a secret replaced instead of rotated?',
  typ: 'its header must say typ: at+jwt (RFC 9068)',
  claim_iss: 'iss is not TOKEN_ISSUER',
  claim_aud: 'aud does not name TOKEN_AUDIENCE',
  claim_nbf: 'nbf lies in the future: do the clocks agree?',
}

const TIMES = ['iat', 'nbf', 'exp']

/** Says why, in words. */
function explain(reason: string): string {
  const words =
    REASONS[reason] ?? (reason.startsWith('claim_') ? `the claim ${reason.slice(6)} is missing or wrong` : '')
  return words ? `${reason}: ${words}` : reason
}

export function formatToken(read: Inspection, now: number, colors: Colors): string {
  const { kind, state, reason, key, header, claims } = read
  const color =
    { valid: colors.green, expiring: colors.yellow, opaque: colors.dim }[state as string] ?? colors.red
  const told = kind === 'refresh token' ? 'only the backend can say whether it is good' : state
  return [
    `${kind}: ${color(told)}`,
    ...(reason ? [`  reason  ${explain(reason)}`] : []),
    ...(state === 'unverifiable' && !reason
      ? ['  reason  the key set cannot be had now: see `evergate doctor`']
      : []),
    ...(key ? [`  key     ${printable(key)}`] : []),
    ...(header ? [`  header  ${printable(header)}`] : []),
    ...Object.entries(claims ?? {}).map(
      ([name, value]) => `  ${printableName(name)}  ${claim(name, value, now)}`,
    ),
    '',
  ].join('\n')
}

export function formatCookies(
  { cookies, broken, refused }: CookieInspection,
  now: number,
  colors: Colors,
): string {
  return [
    ...Object.entries(cookies).map(
      ([name, read]) => `${colors.bold(name)}\n${formatToken(read, now, colors)}`,
    ),
    ...broken.map(
      (name) => `${colors.red('not used')}: ${printable(name)} was sent twice, or cannot be read\n`,
    ),
    ...(refused ? [`${colors.red('refused')}: ${refused}\n`] : []),
  ].join('')
}

const printableName = (name: string) => printable(name).slice(1, -1).padEnd(6)

function claim(name: string, value: unknown, now: number): string {
  if (!TIMES.includes(name) || typeof value !== 'number' || Math.abs(value) > 8.64e12) return printable(value)
  return `${new Date(value * 1000).toISOString()} (${relative(value - now)})`
}

/** One line, without anything a terminal would obey. */
const printable = (value: unknown) =>
  JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const
const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

function relative(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  return words.format(Math.trunc(seconds / size), unit)
}
