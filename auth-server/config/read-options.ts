import type { RouteName } from '../http/endpoint.ts'
import type { Rate } from '../limits/rate.ts'
import type { AuthSettings } from '../settings.ts'
import { readEnvironment } from './environment.ts'
import type { AuthKeys, AuthRouterOptions, AuthTunables } from './options.ts'
import { OptionsError } from './options-error.ts'

/** Which variable has the default of an option, and the rules for it. */
const variables: Record<Exclude<keyof AuthTunables, 'signInLimits'>, string> = {
  issuer: 'TOKEN_ISSUER',
  audience: 'TOKEN_AUDIENCE',
  accessTokenTtl: 'ACCESS_TOKEN_TTL',
  refreshTokenTtl: 'REFRESH_TOKEN_TTL',
  sessionMaxAge: 'SESSION_MAX_AGE',
  maxSessionsPerUser: 'MAX_SESSIONS_PER_USER',
  refreshGrace: 'REFRESH_GRACE',
  replayFrom: 'REPLAY_FROM',
  reauthenticateAfter: 'REAUTHENTICATE_AFTER',
  adminRole: 'ADMIN_ROLE',
  secondFactor: 'SECOND_FACTOR',
  appUrl: 'APP_URL',
  trustDevicesFor: 'TRUST_DEVICES_FOR',
}
const limits: Record<keyof NonNullable<AuthTunables['signInLimits']>, string> = {
  pair: 'SIGN_IN_LIMIT',
  address: 'SIGN_IN_LIMIT_ADDRESS',
  account: 'SIGN_IN_LIMIT_ACCOUNT',
  registration: 'REGISTRATION_LIMIT',
  mail: 'MAIL_LIMIT',
  mailAddress: 'MAIL_LIMIT_ADDRESS',
}
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

/** One option, as its variable would say it. */
interface Saying {
  readonly option: string
  readonly variable: string
  readonly text: string
}

/**
 * The settings that options stand for: by the rules of the environment, and with its defaults.
 *
 * @throws OptionsError
 */
export function readOptions(options: AuthRouterOptions): AuthSettings {
  const problems = [
    ...unknownNames(options, { ...parts, ...variables, signInLimits: true }),
    ...unknownNames(options.routes, routes, 'routes.'),
    ...unknownNames(options.signInLimits, limits, 'signInLimits.'),
    ...missingParts(options),
    ...badKeys(options.keys),
  ]
  const sayings = [...sayingsOf(options), ...keysOf(options.keys)]
  // An empty value would count as unset.
  problems.push(
    ...sayings.flatMap(({ option, text }) => (text === '' ? [`${option}: must not be empty`] : [])),
  )
  if (problems.length > 0) throw new OptionsError(problems)

  const reading = readEnvironment(Object.fromEntries(sayings.map(({ variable, text }) => [variable, text])))
  if (reading.ok) return reading.value
  throw new OptionsError(reading.problems.map((line) => inTermsOf(sayings, line)))
}

function inTermsOf(sayings: readonly Saying[], line: string): string {
  const [variable = '', ...rest] = line.split(': ')
  const option = sayings.find((saying) => saying.variable === variable)?.option ?? variable
  return [option, ...rest].join(': ')
}

function sayingsOf(options: AuthTunables): Saying[] {
  const sayings: Saying[] = []
  for (const [option, variable] of Object.entries(variables)) {
    const value = options[option as keyof typeof variables]
    if (value !== undefined) sayings.push({ option, variable, text: String(value) })
  }
  for (const [name, variable] of Object.entries(limits)) {
    const rate = options.signInLimits?.[name as keyof typeof limits]
    if (rate !== undefined) sayings.push({ option: `signInLimits.${name}`, variable, text: rateText(rate) })
  }
  return sayings
}

function rateText(rate: Rate | 'off'): string {
  return rate === 'off' ? rate : `${rate.points}/${rate.seconds}`
}

function keysOf(keys: AuthKeys | undefined): Saying[] {
  const accessTokens = keys?.accessTokens
  const sayings: Saying[] = [
    { option: 'keys.refreshSecrets', variable: 'ETLS_REFRESH', text: secretsOf(keys).join(',') },
  ]
  if (keys?.feedSecret !== undefined)
    sayings.push({ option: 'keys.feedSecret', variable: 'FEED_SECRET', text: String(keys.feedSecret) })
  if (accessTokens && 'secret' in accessTokens)
    sayings.push({
      option: 'keys.accessTokens.secret',
      variable: 'ETLS_ACCESS',
      text: String(accessTokens.secret),
    })
  else if (accessTokens) {
    const { signingKeys } = accessTokens
    const text = typeof signingKeys === 'string' ? signingKeys : JSON.stringify(signingKeys)
    sayings.push({ option: 'keys.accessTokens.signingKeys', variable: 'SIGNING_KEYS', text: text ?? '' })
  }
  return sayings
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
