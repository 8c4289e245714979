import { describe, expect, it } from 'vitest'
import {
  type AuthRouterOptions,
  createAuthRouter,
  generateSigningKeys,
  OptionsError,
  openStore,
} from '../index.ts'
import { accessSecret, refreshSecret, temporaryStore } from '../testing/harness.ts'
import { keys } from '../testing/host.ts'
import { readEnvironment } from './environment.ts'
import { readOptions } from './read-options.ts'

async function options(overrides: object = {}): Promise<AuthRouterOptions> {
  return { store: await temporaryStore(Date.now), keys, ...overrides }
}

async function refusal(overrides: object): Promise<OptionsError> {
  try {
    createAuthRouter(await options(overrides))
  } catch (error) {
    if (error instanceof OptionsError) return error
    throw error
  }
  throw new Error('was accepted')
}

const ofTheEnvironment = (environment: Record<string, string>) => {
  const secrets = { ETLS_REFRESH: refreshSecret, ETLS_ACCESS: accessSecret, FEED_SECRET: keys.feedSecret }
  const reading = readEnvironment({ ...secrets, ...environment })
  if (!reading.ok) throw new Error(reading.problems.join('\n'))
  // A mounted router listens nowhere.
  const { host, port, logLevel, trustProxy, store, metrics, spansTo, mail, ...ofTheRouter } = reading.value
  return ofTheRouter
}

describe('options', () => {
  it('have the defaults of the environment', async () => {
    expect(readOptions(await options())).toEqual(ofTheEnvironment({}))
  })

  it('mean what the variables mean', async () => {
    const given = {
      issuer: 'an-issuer',
      audience: 'an-audience',
      accessTokenTtl: 60,
      refreshTokenTtl: 600,
      sessionMaxAge: 6000,
      maxSessionsPerUser: 3,
      refreshGrace: 'lenient',
      reauthenticateAfter: 0,
      adminRole: 'support',
      signInLimits: { pair: { points: 1, seconds: 2 }, address: 'off', account: { points: 3, seconds: 4 } },
    }
    expect(readOptions(await options(given))).toEqual(
      ofTheEnvironment({
        TOKEN_ISSUER: 'an-issuer',
        TOKEN_AUDIENCE: 'an-audience',
        ACCESS_TOKEN_TTL: '60',
        REFRESH_TOKEN_TTL: '600',
        SESSION_MAX_AGE: '6000',
        MAX_SESSIONS_PER_USER: '3',
        REFRESH_GRACE: 'lenient',
        REAUTHENTICATE_AFTER: '0',
        ADMIN_ROLE: 'support',
        SIGN_IN_LIMIT: '1/2',
        SIGN_IN_LIMIT_ADDRESS: 'off',
        SIGN_IN_LIMIT_ACCOUNT: '3/4',
      }),
    )
  })

  it('take signing keys as an object and as JSON', async () => {
    const json = await generateSigningKeys()
    const [first, second] = await Promise.all(
      [json, JSON.parse(json)].map(async (signingKeys) =>
        readOptions(await options({ keys: { ...keys, accessTokens: { signingKeys } } })),
      ),
    )
    const { accessKeys } = first ?? {}
    if (accessKeys?.mode !== 'keys' || second?.accessKeys.mode !== 'keys') throw new Error('no keys')
    expect(accessKeys.keys[0].kid).toBe(second.accessKeys.keys[0].kid)
  })

  it.each<[option: string, given: object, variable: string, text: string]>([
    ['accessTokenTtl', { accessTokenTtl: 0 }, 'ACCESS_TOKEN_TTL', '0'],
    ['sessionMaxAge', { sessionMaxAge: 1e10 }, 'SESSION_MAX_AGE', '99999999999'],
    ['maxSessionsPerUser', { maxSessionsPerUser: 1001 }, 'MAX_SESSIONS_PER_USER', '1001'],
    ['refreshGrace', { refreshGrace: -1 }, 'REFRESH_GRACE', '-1'],
    ['replayFrom', { replayFrom: 'nobody' }, 'REPLAY_FROM', 'nobody'],
    ['signInLimits.mail', { signInLimits: { mail: { points: 5 } } }, 'MAIL_LIMIT', '5'],
    ['adminRole', { adminRole: 'two words' }, 'ADMIN_ROLE', 'two words'],
  ])('are refused in the words of the variable: %s', async (option, given, variable, text) => {
    const reading = readEnvironment({
      ETLS_REFRESH: refreshSecret,
      ETLS_ACCESS: accessSecret,
      [variable]: text,
    })
    const [line = ''] = reading.ok ? [] : reading.problems
    expect(line).toMatch(new RegExp(`^${variable}: `))
    expect((await refusal(given)).problems).toEqual([line.replace(variable, option)])
  })

  it('are values, and not the text of a variable', async () => {
    const texts = { accessTokenTtl: '60', refreshGrace: '30', signInLimits: { pair: '1/2' } }
    expect((await refusal(texts)).problems.map((line) => line.split(':')[0])).toEqual(
      Object.keys(texts).map((name) => (name === 'signInLimits' ? 'signInLimits.pair' : name)),
    )
  })

  const changeme = 'changeme'.repeat(4)
  it.each<[string, object, OptionsError['code'], RegExp]>([
    ['no keys', { keys: undefined }, 'invalid_keys', /generateRefreshSecret\(\) makes one/],
    [
      'no refresh secret',
      { keys: { ...keys, refreshSecrets: [] } },
      'invalid_keys',
      /^keys\.refreshSecrets: is missing/,
    ],
    [
      'a weak refresh secret',
      { keys: { ...keys, refreshSecrets: [changeme] } },
      'invalid_keys',
      /^keys\.refreshSecrets: needs .*32 bytes/,
    ],
    [
      'a comma in one',
      { keys: { ...keys, refreshSecrets: [`${refreshSecret},x`] } },
      'invalid_keys',
      /no comma/,
    ],
    [
      'a weak secret',
      { keys: { ...keys, accessTokens: { secret: changeme } } },
      'invalid_keys',
      /^keys\.accessTokens\.secret: needs 32 bytes/,
    ],
    [
      'an empty secret',
      { keys: { ...keys, accessTokens: { secret: '' } } },
      'invalid_keys',
      /^keys\.accessTokens\.secret: must not be empty/,
    ],
    [
      'public keys',
      { keys: { ...keys, accessTokens: { signingKeys: { keys: [{ kid: 'a', alg: 'ES256' }] } } } },
      'invalid_keys',
      /^keys\.accessTokens\.signingKeys: key 1 needs d/,
    ],
    [
      'a secret and signing keys',
      { keys: { ...keys, accessTokens: { secret: accessSecret, signingKeys: '{}' } } },
      'invalid_keys',
      /^keys\.accessTokens: has a secret and signing keys/,
    ],
    [
      'a refresh secret that is in no list',
      { keys: { ...keys, refreshSecrets: refreshSecret } },
      'invalid_keys',
      /^keys\.refreshSecrets: must be a list/,
    ],
    ['no store', { store: undefined }, 'invalid_options', /openStore/],
    [
      'half a second',
      { accessTokenTtl: 0.5 },
      'invalid_options',
      /^accessTokenTtl: must be a whole number of seconds/,
    ],
    ['no issuer', { issuer: '' }, 'invalid_options', /^issuer: must not be empty/],
    [
      'a limit of nothing',
      { signInLimits: { pair: { points: 0, seconds: 1 } } },
      'invalid_options',
      /^signInLimits\.pair: must be/,
    ],
    [
      'a route that is none',
      { routes: { registration: false } },
      'invalid_options',
      /^routes\.registration: is not an option; there are register, login/,
    ],
    ['an option that is none', { refreshTtl: 1 }, 'invalid_options', /^refreshTtl: is not an option/],
    [
      'users without a function',
      { users: {}, routes: { register: false } },
      'invalid_options',
      /^users\.findByEmail: must be a function/,
    ],
  ])('are refused with a code and a line that says what to do: %s', async (_, given, code, line) => {
    const error = await refusal(given)
    expect(error.code).toBe(code)
    expect(error.problems[0]).toMatch(line)
    for (const secret of [changeme, refreshSecret]) expect(error.message).not.toContain(secret)
  })

  it('need `users.create` only where somebody can register', async () => {
    const users = { findByEmail: () => null, findById: () => null, replacePasswordHash: () => false }
    expect((await refusal({ users })).problems).toEqual([expect.stringMatching(/^users\.create: /)])
    expect(createAuthRouter(await options({ users, routes: { register: false } }))).toBeTypeOf('function')
  })
})

it('openStore names what is wrong with a URL, and not what it holds', async () => {
  const opened = openStore('mysql://user:very-secret@host/db')
  await expect(opened).rejects.toMatchObject({ name: 'OptionsError', code: 'invalid_options' })
  await expect(opened).rejects.not.toThrow('very-secret')
})
