import { hash as bcrypt } from '@node-rs/bcrypt'
import { expect, it } from 'vitest'
import { createPasswords } from '../passwords/passwords.ts'
import { aNewUser, startServer } from '../testing/harness.ts'

const password = 'the password they have'
const cheap = { memoryCost: 64, timeCost: 1, parallelism: 1 }
const noLimits = { SIGN_IN_LIMIT: 'off', SIGN_IN_LIMIT_ADDRESS: 'off', SIGN_IN_LIMIT_ACCOUNT: 'off' }

/** A server with a person who has a bcrypt hash, and what was computed for each password. */
async function withAda() {
  const work: string[] = []
  const passwords = createPasswords(undefined, cheap, (...each) => work.push(each.join(': ')))
  const server = await startServer({ environment: noLimits, passwords })
  const stored = await bcrypt(password, { cost: 6 })
  await server.store.users.create(aNewUser({ passwordHash: stored }))
  const hashNow = async () => (await server.store.users.findById('user-1'))?.passwordHash
  const signIn = (word: string, email = 'ada@example.com') =>
    server.post('/login', { json: { email, password: word } })
  return { ...server, passwords, stored, hashNow, signIn, work }
}

it('who comes with a hash of another scheme signs in, and has one of argon2id from then on', async () => {
  const server = await withAda()
  expect((await server.signIn('wrong')).body.error).toBe('invalid_credentials')
  expect(await server.hashNow()).toBe(server.stored)
  const { status, body } = await server.signIn(password)
  expect(status).toBe(200)
  expect(await server.hashNow()).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/)
  expect((await server.refresh(body.refreshToken)).status).toBe(200)
  expect((await server.signIn(password)).status).toBe(200)
  expect((await server.signIn('wrong')).status).toBe(401)
})

it('the new hash ends no session, and the first of many sign-ins at the same time writes it', async () => {
  const server = await withAda()
  const replies = await Promise.all(Array.from({ length: 8 }, () => server.signIn(password)))
  expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200))
  const hash = await server.hashNow()
  expect((await server.signIn(password)).status).toBe(200)
  expect(await server.hashNow()).toBe(hash)
  for (const { body } of replies) expect((await server.refresh(body.refreshToken)).status).toBe(200)
})

it('a password changed in the same moment is not overwritten by the new hash of the old one', async () => {
  const server = await withAda()
  const { replacePasswordHash } = server.store.users
  const changed = await server.passwords.hash('another password')
  server.store.users.replacePasswordHash = async (id, from, to) => {
    server.store.users.replacePasswordHash = replacePasswordHash
    await replacePasswordHash(id, from, changed)
    return await replacePasswordHash(id, from, to)
  }
  expect((await server.signIn(password)).status).toBe(401)
  expect(await server.hashNow()).toBe(changed)
})

it('ASVS 6.3.8: 200 refusals tell nobody from somebody, by answer or by work, whichever hash there is', async () => {
  const server = await withAda()
  const people: Record<string, string> = { 'ada@example.com': server.stored }
  for (const [id, cost] of [
    ['b', 4],
    ['c', 6],
  ] as const)
    people[`${id}@example.com`] = await bcrypt(password, { cost })
  people['d@example.com'] = await server.passwords.hash(password)
  for (const [email, passwordHash] of Object.entries(people).slice(1))
    await server.store.users.create(aNewUser({ id: email, email, passwordHash }))
  await server.store.users.create(
    aNewUser({ id: 'off', email: 'off@example.com', passwordHash: server.stored }),
  )
  await server.store.users.disable('off')
  server.passwords.expect(Object.values(people))

  const answers = new Set<string>()
  for (let i = 0; i < 200; i++) {
    const known = Object.keys(people)[i % 8]
    // The disabled person types the right password.
    const [email, word] = known
      ? [known, 'wrong']
      : i % 8 === 4
        ? ['off@example.com', password]
        : [`${i}@example.com`, 'wrong']
    server.work.length = 0
    const { status, body, setCookies } = await server.signIn(word, email)
    const sums: Record<string, number> = {}
    for (const each of server.work) {
      const [family = '', units] = each.split(': ')
      sums[family] = (sums[family] ?? 0) + Number(units)
    }
    answers.add(JSON.stringify([status, body, setCookies, Object.entries(sums).sort()]))
  }
  const work = [
    ['argon2id m=64 p=1', 1],
    ['bcrypt', 2 ** 6],
  ]
  const refusal = { error: 'invalid_credentials', error_description: expect.any(String) }
  expect([...answers].map((answer) => JSON.parse(answer))).toEqual([[401, refusal, [], work]])
}, 60_000)
