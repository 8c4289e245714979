import { expect, it } from 'vitest'
import { createAuthenticator } from '../../testing/authenticator.ts'
import { startWithFactors } from '../../testing/second-factor.ts'
import { CERTAIN, compareTimes } from '../../testing/timing.ts'

const ROUNDS = process.env.EVERGATE_ALL ? 200 : 50
const encoded = (text: string) => Buffer.from(text).toString('base64url')

/** A server with somebody who has a passkey, somebody who has none, and somebody who is disabled; it notes what its store is asked. */
async function world() {
  const off = { SIGN_IN_LIMIT: 'off', SIGN_IN_LIMIT_ADDRESS: 'off', SIGN_IN_LIMIT_ACCOUNT: 'off' }
  const server = await startWithFactors({ environment: off })
  const id = Buffer.alloc(32, 7)
  for (const bearer of [server.bearer, (await server.newcomer('off@example.com')).accessToken]) {
    const { options } = (await server.post('/factors/passkeys/challenge', { bearer })).body
    const credential = createAuthenticator({ id }).create(options)
    expect((await server.post('/factors/passkeys', { bearer, json: { credential } })).status).toBe(201)
  }
  const disabled = await server.store.users.findByEmail('off@example.com')
  await server.store.users.disable(disabled?.id ?? '')
  const eve = await server.newcomer('eve@example.com')
  const calls: string[] = []
  for (const part of ['users', 'factors', 'counters', 'links', 'sessions'] as const) {
    const methods = server.store[part] as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const [name, method] of Object.entries(methods))
      methods[name] = (...args) => {
        calls.push(`${part}.${name}`)
        return method(...args)
      }
  }
  return { ...server, id, calls, people: { ada: server.ada.userData.id, off: disabled?.id ?? '', eve } }
}

it('ASVS 6.3.8: neither answer, work nor time of a refused passkey tells who has an account, or one', async () => {
  const { post, id, calls, people } = await world()
  const [forger, other] = [createAuthenticator({ id }), createAuthenticator()]
  const tries = {
    'a passkey that they have': [forger, people.ada],
    'a passkey that they have not': [other, people.ada],
    'somebody without one': [forger, people.eve.userData.id],
    'a disabled account': [forger, people.off],
    nobody: [forger, 'V'.repeat(people.ada.length)],
  } as const
  const seen = new Set<string>()
  const attempts = Object.entries(tries).map(([name, [key, person]]) => {
    const attempt = async (passkey: object) => {
      calls.length = 0
      const { status, body, headers } = await post('/login', { json: { passkey } })
      const names = [...headers.keys()].filter((header) => header !== 'date').sort()
      seen.add(JSON.stringify([status, body, names, headers.get('content-length'), calls]))
    }
    const prepare = async () => {
      const { options } = (await post('/passkeys/challenge')).body
      const passkey = key.get(options, { userHandle: encoded(person) })
      return () => attempt(passkey)
    }
    return [name, prepare] as const
  })
  const differences = await compareTimes(Object.fromEntries(attempts), ROUNDS)
  expect([...seen]).toHaveLength(1)
  expect([...seen][0]).toContain('[401,{"error":"invalid_passkey"')
  expect([...seen][0]).toContain('"users.findById","factors.list"')
  // The signature of a passkey is looked at whoever has it: a refusal without that takes less than half as long.
  for (const [name, { z }] of Object.entries(differences)) expect(Math.abs(z), name).toBeLessThan(CERTAIN)
}, 60_000)

it('ASVS 6.3.8: a challenge is the same for everybody: nobody is looked up', async () => {
  const { post, calls } = await world()
  const seen = new Set<string>()
  for (let i = 0; i < 200; i++) {
    const email = ['ada@example.com', 'off@example.com', `${i}@example.com`][i % 3]
    calls.length = 0
    const { status, body } = await post('/passkeys/challenge', { json: { email } })
    seen.add(JSON.stringify([status, { ...body.options, challenge: body.options.challenge.length }, calls]))
  }
  expect([...seen]).toHaveLength(1)
})
