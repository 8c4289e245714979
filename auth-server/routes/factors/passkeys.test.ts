import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAuthenticator } from '../../testing/authenticator.ts'
import { startWithFactors } from '../../testing/second-factor.ts'

const refused = { status: 401, body: { error: 'invalid_passkey' } }
type Authenticator = ReturnType<typeof createAuthenticator>

async function withPasskey({ synced = false } = {}) {
  const server = await startWithFactors()
  const { post } = server
  const key = createAuthenticator({ synced })
  async function register(bearer = server.bearer, authenticator = key, json: object = {}) {
    const { body } = await post('/factors/passkeys/challenge', { bearer, json })
    const credential = authenticator.create(body.options)
    return await post('/factors/passkeys', { bearer, json: { credential, name: 'My key' } })
  }
  const ask = async (json: object = {}) => (await post('/passkeys/challenge', { json })).body.options
  const enter = (passkey: object, more: object = {}) => post('/login', { json: { passkey, ...more } })
  const alone = async (authenticator: Authenticator = key, behaviour = {}) =>
    await enter(authenticator.get(await ask(), behaviour))
  return { ...server, key, register, ask, enter, alone }
}

describe('a passkey', () => {
  it('ASVS 6.3.3, WebAuthn 7: is set up, listed, and signs in alone', async () => {
    const { register, alone, factors, events, key } = await withPasskey()
    const made = await register()
    expect(made).toMatchObject({ status: 201, body: { id: key.id } })
    expect(made.body.recoveryCodes).toHaveLength(10)
    expect(await factors()).toMatchObject({ passkeys: [{ id: key.id, name: 'My key', usedAt: null }] })
    const signedIn = await alone()
    expect(signedIn).toMatchObject({ status: 200, body: { userData: { email: 'ada@example.com' } } })
    expect(decodeJwt(signedIn.body.accessToken)).toMatchObject({
      amr: ['hwk', 'user', 'mfa'],
      acr: 'urn:evergate:two-factors',
    })
    expect(events()).toContainEqual(expect.objectContaining({ event: 'signed-in', by: 'passkey' }))
  })

  it('that is backed up is a software key', async () => {
    const { register, alone } = await withPasskey({ synced: true })
    await register()
    for (let i = 0; i < 2; i++)
      expect(decodeJwt((await alone()).body.accessToken)).toMatchObject({ amr: ['swk', 'user', 'mfa'] })
  })

  it('is asked for after the password, and need not look who holds it then', async () => {
    const { register, login, ask, enter, key } = await withPasskey()
    await register()
    const half = await login()
    expect(half.body).toMatchObject({ error: 'second_factor_required', ways: ['passkey', 'recovery-code'] })
    const { step } = half.body
    const options = await ask({ step })
    expect(options.allowCredentials).toMatchObject([{ id: key.id }])
    const whole = await enter(key.get(options, { verifies: false }), { step })
    expect(decodeJwt(whole.body.accessToken)).toMatchObject({ amr: ['pwd', 'hwk', 'mfa'] })
    expect(await enter(key.get(options), { step })).toMatchObject({
      status: 401,
      body: { error: 'invalid_step' },
    })
  })

  it('WebAuthn 13.4.3: a challenge is good once, for five minutes, for its purpose and its person', async () => {
    const { register, login, ask, enter, key, clock, newcomer, post, bearer } = await withPasskey()
    await register()
    const options = await ask()
    const answers = [key.get(options), key.get(options), key.get(options)]
    const replies = await Promise.all(answers.map((answer) => enter(answer)))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401])
    expect(await enter(key.get(options))).toMatchObject(refused)
    const late = await ask()
    clock.advance(300_000)
    expect(await enter(key.get(late))).toMatchObject(refused)
    const { step } = (await login()).body
    const other = (await login()).body.step
    expect(await enter(key.get(await ask()), { step })).toMatchObject(refused)
    expect(await enter(key.get(await ask({ step })))).toMatchObject(refused)
    expect(await enter(key.get(await ask({ step: other })), { step })).toMatchObject(refused)
    const eve = await newcomer('eve@example.com')
    const hers = (await post('/factors/passkeys/challenge', { bearer: eve.accessToken })).body.options
    const credential = createAuthenticator().create(hers)
    expect(await post('/factors/passkeys', { bearer, json: { credential } })).toMatchObject({
      status: 400,
      body: { error: 'invalid_passkey' },
    })
    expect(await enter(key.get(hers))).toMatchObject(refused)
    const first = await post('/factors/passkeys', { bearer: eve.accessToken, json: { credential } })
    expect(first.status).toBe(201)
    const again = createAuthenticator().create(hers)
    expect(
      (await post('/factors/passkeys', { bearer: eve.accessToken, json: { credential: again } })).status,
    ).toBe(400)
  })

  it.each<[string, object]>([
    ['of another site', { origin: 'https://evil.example' }],
    ['for another site', { rpId: 'evil.example' }],
    ['that has not looked who holds it', { verifies: false }],
    ['of another kind', { type: 'webauthn.create' }],
    ['whose counter goes back: it was cloned', { counter: 0 }],
    ['of somebody else', { userHandle: Buffer.from('somebody').toString('base64url') }],
    ['of nobody', { userHandle: '' }],
  ])('an answer %s is refused', async (_title, behaviour) => {
    const { register, alone, key, events } = await withPasskey()
    await register()
    await alone()
    expect(await alone(key, behaviour)).toMatchObject(refused)
    expect(events()).toContainEqual(expect.objectContaining({ event: 'factor-refused', factor: 'passkey' }))
    expect((await alone()).status).toBe(200)
  })

  it('of one person signs in nobody else, also when it claims to', async () => {
    const { register, alone, newcomer, ada, key, post } = await withPasskey()
    await register()
    const eve = await newcomer('eve@example.com')
    const hers = createAuthenticator()
    expect((await register(eve.accessToken, hers)).status).toBe(201)
    const userHandle = Buffer.from(ada.userData.id).toString('base64url')
    expect(await alone(hers, { userHandle })).toMatchObject(refused)
    expect((await alone(hers)).body.userData.id).toBe(eve.userData.id)
    // The id of somebody else's passkey with a key of one's own.
    const { body } = await post('/factors/passkeys/challenge', {
      bearer: eve.accessToken,
      json: { password: eve.password },
    })
    expect(body.error).toBe('insufficient_user_authentication')
    expect(key.id).not.toBe(hers.id)
  })

  it('of somebody who is disabled, or deleted, is refused like one that nobody has', async () => {
    const { register, alone, store, ada } = await withPasskey()
    expect(await alone()).toMatchObject(refused)
    await register()
    await store.users.disable(ada.userData.id)
    expect(await alone()).toMatchObject(refused)
    await store.users.delete(ada.userData.id)
    expect(await alone()).toMatchObject(refused)
  })

  it('ASVS 7.5.1: is removed, or another set up, with a young sign-in by it; no password is needed', async () => {
    const { register, alone, delete: remove, bearer, key, factors, login } = await withPasskey()
    await register()
    expect((await remove(`/factors/${key.id}`, { bearer })).body.error).toBe(
      'insufficient_user_authentication',
    )
    const young = (await alone()).body.accessToken
    expect((await register(young, createAuthenticator())).status).toBe(201)
    expect((await remove(`/factors/${key.id}`, { bearer: young })).status).toBe(204)
    expect(await factors()).toMatchObject({ passkeys: [{}], recoveryCodes: 10 })
    expect(await alone()).toMatchObject(refused)
    expect((await login()).status).toBe(401)
  })

  it('is set up once', async () => {
    const { post, bearer, key } = await withPasskey()
    const ask = async () => (await post('/factors/passkeys/challenge', { bearer })).body.options
    const [first, second] = [await ask(), await ask()]
    const add = (options: Parameters<Authenticator['create']>[0]) =>
      post('/factors/passkeys', { bearer, json: { credential: key.create(options) } })
    expect((await add(first)).status).toBe(201)
    expect(await add(second)).toMatchObject({ status: 409, body: { error: 'factor_exists' } })
  })

  it('WebAuthn 4: is not for somebody whose id has more than 64 bytes', async () => {
    const { store, newcomer, post } = await withPasskey()
    const eve = await newcomer('eve@example.com')
    const { passwordHash = '' } = (await store.users.findById(eve.userData.id)) ?? {}
    for (const [id, status] of [
      ['x'.repeat(64), 200],
      ['ü'.repeat(33), 409],
    ] as const) {
      await store.users.create({ id, email: `${status}@example.com`, name: '', passwordHash, roles: [] })
      const json = { email: `${status}@example.com`, password: eve.password }
      const bearer = (await post('/login', { json })).body.accessToken
      const reply = await post('/factors/passkeys/challenge', { bearer })
      expect([reply.status, reply.body.error]).toEqual([status, status === 200 ? undefined : 'no_passkeys'])
    }
  })

  it.each([{}, { id: 'x' }, 'text', null])(
    'what is no answer of a browser is told by its field: %j',
    async (passkey) => {
      const { post } = await withPasskey()
      const reply = await post('/login', { json: { passkey } })
      expect(reply).toMatchObject({ status: 422, body: { fields: { passkey: expect.any(String) } } })
    },
  )
})
