import type { RouteName } from '../http/endpoint.ts'
import type { AuthSettings } from '../settings.ts'
import { routerOptions } from './option-table.ts'
import type { AuthKeys, AuthRouterOptions, AuthTunables } from './options.ts'
import { OptionsError } from './options-error.ts'
import { authSettings, lacksOrigin, type Problem, validate } from './validate.ts'

const routes: Record<RouteName, true> = {
  register: true,
  login: true,
  refresh: true,
  logout: true,
  logoutAll: true,
  sessions: true,
  endSession: true,
  password: true,
  forgotPassword: true,
  resetPassword: true,
  sendVerification: true,
  verifyEmail: true,
  changeEmail: true,
  confirmEmail: true,
  factors: true,
  removeFactor: true,
  recoveryCodes: true,
  setUpTotp: true,
  confirmTotp: true,
  setUpPasskey: true,
  addPasskey: true,
  askForPasskey: true,
  ended: true,
  me: true,
  exportMe: true,
  deleteMe: true,
  admin: true,
  jwks: true,
  livez: true,
  readyz: true,
}
const parts: Record<Exclude<keyof AuthRouterOptions, keyof AuthTunables>, true> = {
  store: true,
  users: true,
  keys: true,
  routes: true,
  onEvent: true,
  eventsOf: true,
  mail: true,
  logger: true,
}

/** The names of options in the table that begin so, and what follows in each. */
function namesBelow(prefix: string): Record<string, true> {
  const names = Object.keys(routerOptions).filter((name) => name.startsWith(prefix))
  return Object.fromEntries(names.map((name) => [name.slice(prefix.length).split('.')[0], true]))
}

/**
 * The settings that options stand for: by the same rules as in the environment, and with the same defaults.
 *
 * @throws OptionsError
 */
export function readOptions(options: AuthRouterOptions): AuthSettings {
  const given = Object.fromEntries(
    Object.keys(routerOptions).map((name) => [name, valueAt(options, name.split('.'))]),
  )
  const problems = [
    ...unknownNames(options, { ...parts, ...namesBelow('') }),
    ...unknownNames(options.routes, routes, 'routes.'),
    ...unknownNames(options.signInLimits, namesBelow('signInLimits.'), 'signInLimits.'),
    ...missingParts(options),
    ...badKeys(options.keys),
    ...Object.keys(given).flatMap((name) => (given[name] === '' ? [`${name}: must not be empty`] : [])),
  ]
  if (problems.length > 0) throw new OptionsError(problems)
  const validation = validate(routerOptions, given)
  if (validation.ok) {
    if (!lacksOrigin(validation.values)) return authSettings(validation.values)
    throw new OptionsError(["appUrl: is missing; passkeys are bound to it (secondFactor: 'totp' needs none)"])
  }
  throw new OptionsError(validation.problems.map(lineOf))
}

const lineOf = ({ option, message }: Problem) => `${option}: ${message}`

function valueAt(options: object, [name = '', ...rest]: readonly string[]): unknown {
  const value: unknown = Object.hasOwn(options, name) ? options[name as keyof typeof options] : undefined
  if (rest.length === 0) return value
  return typeof value === 'object' && value !== null ? valueAt(value, rest) : undefined
}

function badKeys(keys: AuthKeys | undefined): string[] {
  const { accessTokens = {}, refreshSecrets = [] } = keys ?? {}
  const lines: string[] = []
  // Either would do, and whoever verifies the tokens knows only one.
  if ('secret' in accessTokens && 'signingKeys' in accessTokens)
    lines.push('keys.accessTokens: has a secret and signing keys; leave out one of them')
  // A variable holds a list of them with commas, and servers that read it there must make the same tokens.
  if (secretsOf(keys).some((secret) => secret.includes(',') || secret !== secret.trim()))
    lines.push('keys.refreshSecrets: must have no comma, and no white space around')
  if (!Array.isArray(refreshSecrets)) lines.push('keys.refreshSecrets: must be a list, newest first')
  return lines
}

/** The value that a caller without types gave in their place. */
function secretsOf(keys: AuthKeys | undefined): string[] {
  const given: unknown = keys?.refreshSecrets
  return Array.isArray(given) ? given.map(String) : []
}

function missingParts({ store, users, keys, routes }: AuthRouterOptions): string[] {
  const lines: string[] = []
  if (!store?.sessions) lines.push('store: is missing; `await openStore(url)` opens one')
  if (!keys?.refreshSecrets?.length)
    lines.push('keys.refreshSecrets: is missing; generateRefreshSecret() makes one to keep in your secrets')
  if (!keys?.accessTokens)
    lines.push(
      'keys.accessTokens: is missing; generateSigningKeys() makes { signingKeys } to keep in your secrets',
    )
  if (users) {
    for (const name of ['findByEmail', 'findById', 'replacePasswordHash'] as const)
      if (typeof users[name] !== 'function') lines.push(`users.${name}: must be a function`)
    if (typeof users.create !== 'function' && routes?.register !== false)
      lines.push('users.create: must be a function, unless routes.register is false')
  }
  return lines
}

/** A misspelt name would leave a route there, or a limit off, that somebody meant otherwise. */
function unknownNames(given: object | undefined, known: object, prefix = ''): string[] {
  return Object.keys(given ?? {}).flatMap((name) =>
    Object.hasOwn(known, name)
      ? []
      : [`${prefix}${name}: is not an option; there are ${Object.keys(known).join(', ')}`],
  )
}
