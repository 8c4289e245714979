import { totpCode } from '../sign-in/totp.ts'
import { createAuthenticator } from './authenticator.ts'
import type { Reply } from './client.ts'
import { manualClock } from './harness.ts'
import { startMailing } from './mails.ts'
import { APP_URL } from './second-factor.ts'
import { openTestStore } from './stores.ts'

/*
 * Every token that is good once, and each way in which somebody could get more out of it. A new kind of token belongs into the list at the end.
 */

const MINUTE = 60_000
const PASSWORD = 'correct horse'

type Server = Awaited<ReturnType<typeof startMailing>>
/** Tries, and the error that each is answered with. */
type Tries = Readonly<Record<string, readonly [error: string, attempt: () => Promise<Reply>]>>

/** One token, of somebody who has every second factor. */
interface OneTimeToken {
  /** Uses it as it is meant to be; `i` tells ten tries apart. */
  readonly use: (server: Server, i: number) => Promise<Reply>
  /** Tries for another purpose. */
  readonly elsewhere: Tries
  /** Tries of another person, who has every second factor as well. */
  readonly byAnother: Tries
  /** Ends it, where time does not. */
  readonly end?: () => Promise<unknown>
}

export interface TokenKind {
  /** Milliseconds; undefined: it ends otherwise. */
  readonly life: number | undefined
  /** The answer when it is not taken. */
  readonly refused: readonly [status: number, ...errors: string[]]
  make(world: World): Promise<OneTimeToken>
}

type World = Awaited<ReturnType<typeof openWorld>>

const LIMITS = ['SIGN_IN_LIMIT', 'SIGN_IN_LIMIT_ADDRESS', 'SIGN_IN_LIMIT_ACCOUNT', 'REGISTRATION_LIMIT']
const off = [...LIMITS, 'MAIL_LIMIT', 'MAIL_LIMIT_ADDRESS'].map((name) => [name, 'off'])
const times = ['ACCESS_TOKEN_TTL', 'REFRESH_TOKEN_TTL', 'REAUTHENTICATE_AFTER'].map((name) => [
  name,
  '200000',
])
const environment = { SECOND_FACTOR: 'on', APP_URL, ...Object.fromEntries([...off, ...times]) }

/** Two servers over one store, and somebody who tries what is not theirs. */
export async function openWorld(url: string) {
  const clock = manualClock()
  const start = async () => startMailing({ store: await openTestStore(url, clock), clock, environment })
  const servers = [await start(), await start()] as const
  const [server] = servers
  const { post } = server
  let people = 0

  async function somebody() {
    const {
      email,
      accessToken: bearer,
      userData,
    } = await server.newcomer(`${people++}@example.com`, PASSWORD)
    const verification = await server.tokenTo(email)
    return { id: userData.id, email, bearer, verification }
  }

  /** Somebody with an app, a passkey and recovery codes. The code of the app at this moment was not used. */
  async function somebodySure() {
    const person = await somebody()
    const { bearer } = person
    const key = createAuthenticator()
    const { options } = (await post('/factors/passkeys/challenge', { bearer })).body
    const { setup, secret } = (await post('/factors/totp', { bearer })).body
    const made = await post('/factors/passkeys', { bearer, json: { credential: key.create(options) } })
    const code = totpCode(secret, clock() - 30_000)
    const confirmed = await post('/factors/totp/confirm', { bearer, json: { setup, code } })
    if (confirmed.status !== 201) throw new Error(JSON.stringify(confirmed.body))
    const recoveryCodes: string[] = made.body.recoveryCodes
    return { ...person, key, recoveryCodes, code: () => totpCode(secret, clock()) }
  }

  const stepOf = async ({ email }: { email: string }): Promise<string> =>
    (await post('/login', { json: { email, password: PASSWORD } })).body.step

  return { servers, server, clock, somebody, somebodySure, stepOf, eve: await somebodySure() }
}

type Person = Awaited<ReturnType<World['somebodySure']>>

/** Every place that takes a token, and the error by which it refuses one of another kind. */
function doors({ server: { get, post, refresh } }: World, token: string, person: Owner) {
  const { bearer, email } = person
  const code = '000000'
  return {
    reset: ['invalid_link', () => post('/password/reset', { json: { token, password: 'another horse' } })],
    verify: ['invalid_link', () => post('/email/verify', { json: { token } })],
    change: ['invalid_link', () => post('/email/change/confirm', { json: { token } })],
    step: ['invalid_step', () => post('/login', { json: { step: token, code } })],
    challenge: ['invalid_step', () => post('/passkeys/challenge', { json: { step: token } })],
    setUp: ['invalid_step', () => post('/factors/totp/confirm', { bearer, json: { setup: token, code } })],
    password: ['invalid_credentials', () => post('/login', { json: { email, password: token } })],
    bearer: ['invalid_token', () => get('/me', { bearer: token })],
    refresh: ['invalid_refresh_token', () => refresh(token)],
  } satisfies Tries
}
type Owner = { readonly bearer: string; readonly email: string }

function link(
  life: number,
  own: 'reset' | 'verify' | 'change',
  send: (world: World, person: Awaited<ReturnType<World['somebody']>>) => Promise<string>,
): TokenKind {
  const path = { reset: '/password/reset', verify: '/email/verify', change: '/email/change/confirm' }[own]
  return {
    life,
    refused: [400, 'invalid_link'],
    async make(world) {
      const person = await world.somebody()
      const token = await send(world, person)
      const json = (i: number) => ({ token, password: `horse number ${i}` })
      const { [own]: _, ...elsewhere } = doors(world, token, person)
      return {
        use: ({ post }, i) => post(path, { json: json(i) }),
        elsewhere,
        byAnother: {
          bearer: [
            'invalid_link',
            () => world.server.post(path, { json: json(0), bearer: world.eve.bearer }),
          ],
        },
      }
    },
  }
}

const signInStep: TokenKind = {
  life: 10 * MINUTE,
  refused: [401, 'invalid_step'],
  async make(world) {
    const { server, eve } = world
    const person = await world.somebodySure()
    const step = await world.stepOf(person)
    const { step: _, challenge: __, ...elsewhere } = doors(world, step, person)
    const enter = (json: object) => server.post('/login', { json: { step, ...json } })
    return {
      use: ({ post }, i) => post('/login', { json: { step, code: person.recoveryCodes[i] } }),
      elsewhere,
      byAnother: {
        code: ['invalid_code', () => enter({ code: eve.code() })],
        recoveryCode: ['invalid_code', () => enter({ code: eve.recoveryCodes[0] })],
        passkey: [
          'invalid_passkey',
          async () => {
            const { options } = (await server.post('/passkeys/challenge', { json: { step } })).body
            return await enter({ passkey: eve.key.get(options) })
          },
        ],
      },
    }
  },
}

/** A code is shown to sign in, or together with the password to change factors. Either uses it up. */
function code(life: number | undefined, of: (person: Person) => string): TokenKind {
  return {
    life,
    refused: [401, 'invalid_code'],
    async make(world) {
      const { server, clock, eve } = world
      // A code of an app lives from the begin of its half minute.
      clock.advance(30_000 - (clock() % 30_000))
      const person = await world.somebodySure()
      const steps = await Promise.all(Array.from({ length: 10 }, () => world.stepOf(person)))
      const code = of(person)
      const confirm = ({ post }: Server, { bearer }: Person) =>
        post('/factors/recovery-codes', { bearer, json: { password: PASSWORD, code } })
      return {
        use: (at, i) =>
          i % 4 < 2 ? at.post('/login', { json: { step: steps[i], code } }) : confirm(at, person),
        elsewhere: doors(world, code, person),
        byAnother: {
          step: [
            'invalid_code',
            async () => server.post('/login', { json: { step: await world.stepOf(eve), code } }),
          ],
          stepUp: ['invalid_code', () => confirm(server, eve)],
        },
        end: () => {
          const json = { password: PASSWORD, code: person.code() }
          return server.post('/factors/recovery-codes', { bearer: person.bearer, json })
        },
      }
    },
  }
}

type Asked = Parameters<Person['key']['get']>[0] & { readonly rp: object; readonly user: object }

/** Every use of a challenge: by a passkey alone, by one after the password, and by a new one. */
function answers({ post }: Pick<Server, 'post'>, { challenge }: { challenge: string }, person: Person) {
  const rpId = new URL(APP_URL).hostname
  const user = { id: Buffer.from(person.id).toString('base64url') }
  const asked: Asked = { challenge, rpId, rp: { id: rpId }, user }
  return {
    alone: (key = person.key, behaviour = {}) =>
      post('/login', { json: { passkey: key.get(asked, behaviour) } }),
    second: (step: string, key = person.key) => post('/login', { json: { step, passkey: key.get(asked) } }),
    setUp: ({ bearer } = person) =>
      post('/factors/passkeys', { bearer, json: { credential: createAuthenticator().create(asked) } }),
  }
}

const challengeAlone: TokenKind = {
  life: 5 * MINUTE,
  refused: [401, 'invalid_passkey'],
  async make(world) {
    const person = await world.somebodySure()
    const { options } = (await world.server.post('/passkeys/challenge')).body
    const here = answers(world.server, options, person)
    const step = await world.stepOf(person)
    const userHandle = Buffer.from(person.id).toString('base64url')
    return {
      use: (server) => answers(server, options, person).alone(),
      elsewhere: {
        second: ['invalid_passkey', () => here.second(step)],
        setUp: ['invalid_passkey', () => here.setUp()],
      },
      byAnother: { alone: ['invalid_passkey', () => here.alone(world.eve.key, { userHandle })] },
    }
  },
}

const challengeAfterPassword: TokenKind = {
  life: 5 * MINUTE,
  // The step is used up with it.
  refused: [401, 'invalid_passkey', 'invalid_step'],
  async make(world) {
    const { eve } = world
    const person = await world.somebodySure()
    const step = await world.stepOf(person)
    const { options } = (await world.server.post('/passkeys/challenge', { json: { step } })).body
    const here = answers(world.server, options, person)
    return {
      use: (server) => answers(server, options, person).second(step),
      elsewhere: {
        alone: ['invalid_passkey', () => here.alone()],
        setUp: ['invalid_passkey', () => here.setUp()],
      },
      byAnother: {
        key: ['invalid_passkey', () => here.second(step, eve.key)],
        step: ['invalid_passkey', async () => here.second(await world.stepOf(eve), eve.key)],
      },
    }
  },
}

const challengeForNewKey: TokenKind = {
  life: 5 * MINUTE,
  refused: [400, 'invalid_passkey'],
  async make(world) {
    const { eve, server } = world
    const person = await world.somebodySure()
    const asked = (await server.post('/passkeys/challenge')).body.options
    const { accessToken: bearer } = (await answers(server, asked, person).alone()).body
    const { options } = (await server.post('/factors/passkeys/challenge', { bearer })).body
    const here = answers(server, options, person)
    const step = await world.stepOf(person)
    return {
      use: (at) => answers(at, options, person).setUp(),
      elsewhere: {
        alone: ['invalid_passkey', () => here.alone()],
        second: ['invalid_passkey', () => here.second(step)],
      },
      byAnother: { bearer: ['invalid_passkey', () => here.setUp(eve)] },
    }
  },
}

const setUpOfApp: TokenKind = {
  life: 15 * MINUTE,
  refused: [400, 'invalid_step'],
  async make(world) {
    const { server, clock, eve } = world
    const { bearer, email } = await world.somebody()
    const { setup, secret } = (await server.post('/factors/totp', { bearer })).body
    const confirm = ({ post }: Server, by: string) =>
      post('/factors/totp/confirm', { bearer: by, json: { setup, code: totpCode(secret, clock()) } })
    const { setUp: _, ...elsewhere } = doors(world, setup, { bearer, email })
    return {
      use: (at) => confirm(at, bearer),
      elsewhere,
      byAnother: { bearer: ['invalid_step', () => confirm(server, eve.bearer)] },
    }
  },
}

/** Every kind of token that is good once. */
export const tokenKinds: readonly (readonly [string, TokenKind])[] = [
  [
    'the link to set a new password',
    link(30 * MINUTE, 'reset', async ({ server }, { email }) => {
      await server.post('/password/forgot', { json: { email } })
      return await server.tokenTo(email)
    }),
  ],
  [
    'the link to verify an address',
    link(24 * 60 * MINUTE, 'verify', async (_, person) => person.verification),
  ],
  [
    'the link to change an address',
    link(60 * MINUTE, 'change', async ({ server }, { bearer, id }) => {
      const email = `new-${id}@example.com`.toLowerCase()
      await server.post('/email/change', { bearer, json: { email } })
      return await server.tokenTo(email)
    }),
  ],
  ['a half-finished sign-in', signInStep],
  ['the set-up of an app', setUpOfApp],
  ['a code of an app', code(2 * 30_000, (person) => person.code())],
  ['a recovery code', code(undefined, ({ recoveryCodes }) => recoveryCodes[0] ?? '')],
  ['the challenge of a passkey alone', challengeAlone],
  ['the challenge of a passkey after the password', challengeAfterPassword],
  ['the challenge of a new passkey', challengeForNewKey],
]
