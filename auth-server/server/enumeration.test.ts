import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createPasswords, type Passwords } from '../passwords/passwords.ts'
import { startChild } from '../testing/child.ts'
import { startServer, temporaryDirectory } from '../testing/harness.ts'
import { openTestStore } from '../testing/stores.ts'
import { CERTAIN, compareTimes, signedRank } from '../testing/timing.ts'

vi.setConfig({ testTimeout: 300_000 })

const off = Object.fromEntries(
  ['SIGN_IN_LIMIT', 'SIGN_IN_LIMIT_ADDRESS', 'SIGN_IN_LIMIT_ACCOUNT', 'MAIL_LIMIT', 'MAIL_LIMIT_ADDRESS'].map(
    (limit) => [limit, 'off'],
  ),
)

/** Somebody, and somebody who is disabled; `signIn` answers how a sign-in is made that is refused. */
async function world(passwords: Passwords = createPasswords()) {
  const server = await startServer({ environment: off, passwords })
  await server.newcomer()
  const { userData } = await server.newcomer('off@example.com')
  await server.store.users.disable(userData.id)
  const signIn = (email: string, password: string) => async () => async () => {
    const { status, body } = await server.post('/login', { json: { email, password } })
    expect([status, body.error]).toEqual([401, 'invalid_credentials'])
  }
  return { signIn }
}

/** The same in a process of its own: what goes on after an answer does not hold up who has asked. */
async function mailingWorld() {
  const cwd = temporaryDirectory()
  const mail = { MAIL_DIR: join(cwd, 'mail'), APP_URL: 'https://app.example', MAIL_FROM: 'app@example.com' }
  const STORE_URL = `sqlite:${join(cwd, 'auth.db')}`
  const server = await startChild({ cwd, environment: { ...off, ...mail, STORE_URL, LOG_LEVEL: 'error' } })
  const { accessToken: bearer } = await server.newcomer()
  const { userData } = await server.newcomer('off@example.com')
  await (await openTestStore(STORE_URL, 'its own')).users.disable(userData.id)
  const ask = (path: string, email: string) => async () => async () => {
    const { status, body } = await server.post(path, { json: { email }, bearer })
    expect([status, body]).toEqual([202, {}])
  }
  /** Times requests that come right after the answer. */
  const askAfter = (path: string, email: string) => async () => {
    await (await ask(path, email)())()
    return async () => {
      for (let count = 0; count < 3; count++) await server.get('/livez')
    }
  }
  return { ask, askAfter, mails: () => readdirSync(mail.MAIL_DIR).length }
}

const expectNone = (differences: Awaited<ReturnType<typeof compareTimes>>) => {
  for (const [name, { z }] of Object.entries(differences)) expect(Math.abs(z), name).toBeLessThan(CERTAIN)
}

describe.runIf(process.env.EVERGATE_ALL)('ASVS 6.3.8: 200 tries tell nobody from somebody by time', () => {
  it('at a sign-in', async () => {
    const { signIn } = await world()
    expectNone(
      await compareTimes(
        {
          'a wrong password': signIn('ada@example.com', 'wrong'),
          'an address that nobody has': signIn('eve@example.com', 'wrong'),
          'a disabled account': signIn('off@example.com', 'correct horse'),
        },
        200,
      ),
    )
  })
  it('where a link is asked for, in the answer and in the requests after it', async () => {
    const { ask, askAfter, mails } = await mailingWorld()
    for (const time of [ask, askAfter]) {
      expectNone(
        await compareTimes(
          {
            somebody: time('/password/forgot', 'ada@example.com'),
            nobody: time('/password/forgot', 'eve@example.com'),
            'a disabled account': time('/password/forgot', 'off@example.com'),
          },
          200,
        ),
      )
      expectNone(
        await compareTimes(
          {
            'an address that is taken': time('/email/change', 'off@example.com'),
            'one that is free': time('/email/change', 'new@example.com'),
          },
          200,
        ),
      )
    }
    await vi.waitFor(() => expect(mails()).toBeGreaterThanOrEqual(800), 30_000)
  })

  it('and half the work of a hash would be told', async () => {
    const whole = createPasswords()
    const half = createPasswords(undefined, { memoryCost: 19_456, timeCost: 1, parallelism: 1 })
    const matches: Passwords['matches'] = (hash, password) => (hash ? whole : half).matches(hash, password)
    const { signIn } = await world({ ...whole, matches })
    const known = signIn('ada@example.com', 'wrong')
    const { unknown } = await compareTimes({ known, unknown: signIn('eve@example.com', 'wrong') }, 200)
    expect(unknown?.z).toBeLessThan(-CERTAIN)
  })
})

describe('the test of times', () => {
  /** The same numbers each time. */
  function numbers(seed: number): () => number {
    let state = seed
    return () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32
    }
  }
  /** Tries of 10 ms on a machine that is busy now and then. */
  const rounds = (random: () => number, slower: number) =>
    Array.from({ length: 200 }, () => {
      const busy = random() < 0.1 ? 20 * random() : 0
      const time = () => 10 + busy + random() + random() + (random() < 0.02 ? 50 * random() : 0)
      return time() + slower - time()
    })

  it('tells of nothing that is not there, and of three hundredths', () => {
    const random = numbers(1)
    const found = (slower: number) =>
      Array.from({ length: 1000 }, () => signedRank(rounds(random, slower))).filter(
        (z) => Math.abs(z) >= CERTAIN,
      ).length
    expect(found(0)).toBe(0)
    expect(found(0.3)).toBeGreaterThan(900)
    expect(signedRank([])).toBe(0)
  })
})
