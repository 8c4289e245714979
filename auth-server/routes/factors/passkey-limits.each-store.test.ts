import { expect, it } from 'vitest'
import { createAuthenticator } from '../../testing/authenticator.ts'
import { manualClock } from '../../testing/harness.ts'
import { startWithFactors } from '../../testing/second-factor.ts'
import { eachStoreKind, openTestStore, type StoreKind } from '../../testing/stores.ts'

const tooMany = { status: 409, body: { error: 'too_many_factors', error_description: expect.any(String) } }

async function world(kind: StoreKind) {
  const clock = manualClock()
  const server = await startWithFactors({ store: await openTestStore(await kind.place(), clock), clock })
  const { bearer, post } = server
  const begin = () => post('/factors/passkeys/challenge', { bearer })
  const add = (key: ReturnType<typeof createAuthenticator>, options: Parameters<typeof key.create>[0]) =>
    post('/factors/passkeys', { bearer, json: { credential: key.create(options) } })
  const keys = async () => (await server.factors()).passkeys.length
  return { ...server, begin, add, keys }
}

it.for(eachStoreKind)('a passkey’s id has 1,023 bytes at most, on %s', async ([, kind], { skip }) => {
  if (kind.missing) skip()
  const { begin, add, post, keys } = await world(kind)
  const [longest, longer] = [1023, 1024].map((size) => createAuthenticator({ id: Buffer.alloc(size, 7) }))
  if (!longest || !longer) throw new Error('no authenticators')
  const [first, second] = [(await begin()).body.options, (await begin()).body.options]
  expect(await add(longer, first)).toMatchObject({ status: 400, body: { error: 'invalid_passkey' } })
  expect(await add(longest, second)).toMatchObject({ status: 201, body: { id: longest.id } })
  const { options } = (await post('/passkeys/challenge')).body
  expect((await post('/login', { json: { passkey: longest.get(options) } })).status).toBe(200)
  expect(await keys()).toBe(1)
})

it.for(eachStoreKind)(
  'a person has 20 passkeys at most, also by challenges of before that are answered at once, on %s',
  async ([, kind], { skip }) => {
    if (kind.missing) skip()
    const { ada, store, begin, add, keys } = await world(kind)
    const asked = await Promise.all(Array.from({ length: 5 }, async () => (await begin()).body.options))
    const factor = { userId: ada.userData.id, kind: 'passkey', name: '', counter: 0, life: null } as const
    const data = JSON.stringify({ publicKey: 'AA', transports: [] })
    for (let i = 0; i < 18; i++) await store.factors.add({ ...factor, id: `key-${i}`, data })
    const replies = await Promise.all(asked.map((options) => add(createAuthenticator(), options)))
    expect(await keys()).toBeLessThanOrEqual(20)
    for (const reply of replies.filter(({ status }) => status !== 201)) expect(reply).toMatchObject(tooMany)
    while ((await keys()) < 20) await store.factors.add({ ...factor, id: `more-${await keys()}`, data })
    expect(await begin()).toMatchObject(tooMany)
  },
)
