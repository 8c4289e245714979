import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { startServer } from '../../testing/harness.ts'
import { startWithFactors } from '../../testing/second-factor.ts'

const asked = { status: 401, body: { error: 'second_factor_required', ways: ['totp', 'recovery-code'] } }
const wrong = { status: 401, body: { error: 'invalid_code' } }
const over = { error: 'invalid_step' }

describe('an authenticator app', () => {
  it('ASVS 6.3.3: is set up with a code of it, and from then on asked for after the password', async () => {
    const { setUpTotp, login, show, code, factors, events } = await startWithFactors()
    expect((await login()).status).toBe(200)
    const { secret, recoveryCodes } = await setUpTotp()
    expect(recoveryCodes).toHaveLength(10)
    const half = await login()
    expect(half).toMatchObject(asked)
    expect(half.setCookies).toEqual([])
    expect(half.body).not.toHaveProperty('accessToken')
    const whole = await show(half.body.step, code(secret))
    expect(whole.status).toBe(200)
    const claims = decodeJwt(whole.body.accessToken)
    expect(claims).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'urn:evergate:two-factors' })
    expect(await factors(whole.body.accessToken)).toMatchObject({ totp: {}, recoveryCodes: 10, passkeys: [] })
    expect(events()).toContainEqual(expect.objectContaining({ event: 'factor-added', factor: 'totp' }))
    expect(events()).toContainEqual(expect.objectContaining({ event: 'signed-in', by: 'second-factor' }))
  })

  it('ASVS 6.5.2, 6.5.3: at rest a secret is sealed, and codes are digests', async () => {
    const { setUpTotp, store, ada, log } = await startWithFactors()
    const { secret, recoveryCodes } = await setUpTotp()
    const kept = JSON.stringify(await store.factors.list(ada.userData.id))
    for (const plain of [secret, ...recoveryCodes, ...recoveryCodes.map((c) => c.replaceAll('-', ''))])
      expect(kept + log()).not.toContain(plain)
  })

  it('what a session was begun with stays in its tokens when they are renewed', async () => {
    const { setUpTotp, login, show, code, refresh, ada } = await startWithFactors()
    expect(decodeJwt(ada.accessToken)).toMatchObject({ amr: ['pwd'], acr: 'urn:evergate:one-factor' })
    const { secret } = await setUpTotp()
    const { body } = await show((await login()).body.step, code(secret))
    const renewed = await refresh(body.refreshToken)
    expect(decodeJwt(renewed.body.accessToken)).toMatchObject({
      amr: ['pwd', 'otp', 'mfa'],
      acr: 'urn:evergate:two-factors',
    })
  })

  it('ASVS 6.5.5, RFC 6238 5.2: a code is accepted once, in parallel too, and none from before it', async () => {
    const { setUpTotp, login, show, code, clock } = await startWithFactors()
    const { secret, used } = await setUpTotp()
    const steps = await Promise.all(Array.from({ length: 6 }, async () => (await login()).body.step))
    expect(await show(steps[0], used)).toMatchObject(wrong)
    const replies = await Promise.all(steps.map((step) => show(step, code(secret))))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401])
    const left = steps[replies.findIndex(({ status }) => status === 401)]
    expect(await show(left, code(secret))).toMatchObject(wrong)
    expect(await show(left, code(secret, -30_000))).toMatchObject(wrong)
    clock.advance(150_000)
    expect(await show(left, code(secret, -90_000))).toMatchObject(wrong)
    expect((await show(left, code(secret, -30_000))).status).toBe(200)
  })

  it('ASVS 6.3.4: a half-finished sign-in is good once, for ten minutes, for nothing else, and not after a new password', async () => {
    const server = await startWithFactors()
    const { setUpTotp, login, show, code, clock, get, post, bearer, refresh } = server
    const { secret } = await setUpTotp()
    const { step } = (await login()).body
    for (const reply of [await get('/me', { bearer: step }), await refresh(step)])
      expect(reply.status).toBeGreaterThanOrEqual(401)
    expect(
      (await post('/factors/totp/confirm', { bearer, json: { setup: step, code: code(secret) } })).body,
    ).toMatchObject(over)
    expect((await show(step, code(secret))).status).toBe(200)
    clock.advance(30_000)
    expect(await show(step, code(secret))).toMatchObject({ status: 401, body: over })
    const late = (await login()).body.step
    clock.advance(600_000)
    expect(await show(late, code(secret))).toMatchObject({ status: 401, body: over })
    const before = (await login()).body.step
    const passwords = { current: server.ada.password, next: 'another horse entirely' }
    const old = await server.newcomer('eve@example.com')
    expect(old.accessToken).toBeTruthy()
    const fresh = await show((await login()).body.step, code(secret))
    await post('/password', { bearer: fresh.body.accessToken, json: passwords })
    clock.advance(30_000)
    expect(await show(before, code(secret))).toMatchObject({ status: 401, body: over })
  })

  it('a set-up is of who began it, once, and a second app is refused', async () => {
    const { post, bearer, code, newcomer, clock } = await startWithFactors()
    const eve = await newcomer('eve@example.com')
    const { body } = await post('/factors/totp', { bearer })
    expect(body.uri).toMatch(
      /^otpauth:\/\/totp\/app\.example:ada%40example\.com\?issuer=app\.example&secret=[A-Z2-7]{32}&/,
    )
    const json = { setup: body.setup, code: code(body.secret) }
    const confirm = (of: string, more: object = {}) =>
      post('/factors/totp/confirm', { bearer: of, json: { ...json, ...more } })
    expect((await confirm(eve.accessToken)).body).toMatchObject(over)
    expect(await confirm(bearer, { code: '000000' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_code' },
    })
    const both = await Promise.all([confirm(bearer), confirm(bearer)])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 400])
    clock.advance(30_000)
    expect(await post('/factors/totp', { bearer })).toMatchObject({
      status: 409,
      body: { error: 'factor_exists' },
    })
  })

  it('that is begun again and again leaves nothing in the store', async () => {
    const { post, bearer, store } = await startWithFactors()
    const stores = [store.links, store.factors, store.counters]
    for (const each of stores) Object.assign(each, { add: () => Promise.reject(new Error('stored')) })
    for (let i = 0; i < 3; i++) expect((await post('/factors/totp', { bearer })).status).toBe(200)
  })

  it('ASVS 6.6.3: wrong codes are limited, and the right password does not forgive them', async () => {
    const { setUpTotp, login, show, code, events } = await startWithFactors({
      environment: { SIGN_IN_LIMIT: '3/300' },
    })
    const { secret } = await setUpTotp()
    for (let i = 0; i < 3; i++) expect(await show((await login()).body.step, '000000')).toMatchObject(wrong)
    const { step } = (await login()).body
    expect(await show(step, code(secret))).toMatchObject({
      status: 429,
      body: { error: 'too_many_requests' },
    })
    expect(events()).toContainEqual(expect.objectContaining({ event: 'tries-limited', at: 'second-factor' }))
  })

  it('opens with an older secret of the server as long as that is in the list, and is sealed anew when it is used', async () => {
    const first = await startWithFactors()
    const { secret } = await first.setUpTotp()
    const old = first.settings.refreshSecrets[0]
    const newer = 'another secret of the tests 0123456789'
    const environment = { SECOND_FACTOR: 'on', APP_URL: 'https://app.example' }
    const { store, clock } = first
    const start = (ETLS_REFRESH: string) =>
      startServer({ store, clock, environment: { ...environment, ETLS_REFRESH } })
    const second = await start(`${newer},${old}`)
    const json = { email: first.ada.email, password: first.ada.password }
    const sealed = async () =>
      (await store.factors.list(first.ada.userData.id)).find(({ kind }) => kind === 'totp')?.data
    const sealedBefore = await sealed()
    const { step } = (await second.post('/login', { json })).body
    expect((await second.post('/login', { json: { step, code: first.code(secret) } })).status).toBe(200)
    expect(await sealed()).not.toBe(sealedBefore)
    clock.advance(30_000)
    const third = await start(newer)
    const again = (await third.post('/login', { json })).body.step
    expect((await third.post('/login', { json: { step: again, code: first.code(secret) } })).status).toBe(200)
  })
})

describe('recovery codes', () => {
  it('ASVS 6.5.1: stand in for the app, each once, however it is typed', async () => {
    const { setUpTotp, login, show, factors, events, bearer } = await startWithFactors()
    const {
      recoveryCodes: [first = '', second = ''],
    } = await setUpTotp()
    expect((await show((await login()).body.step, first.toLowerCase().replaceAll('-', ' '))).status).toBe(200)
    expect(await factors(bearer)).toMatchObject({ recoveryCodes: 9 })
    expect(events()).toContainEqual(expect.objectContaining({ event: 'recovery-code-used', left: 9 }))
    const steps = [(await login()).body.step, (await login()).body.step]
    expect(await show(steps[0], first)).toMatchObject(wrong)
    const both = await Promise.all(steps.map((step) => show(step, second)))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
  })

  it('are made anew with both factors, and those before count no more', async () => {
    const { setUpTotp, login, show, code, post, bearer, ada, clock } = await startWithFactors()
    expect((await post('/factors/recovery-codes', { bearer })).body.error).toBe('no_second_factor')
    const { secret, recoveryCodes } = await setUpTotp()
    expect((await post('/factors/recovery-codes', { bearer })).body.error).toBe(
      'insufficient_user_authentication',
    )
    const json = { password: ada.password, code: code(secret) }
    const made = await post('/factors/recovery-codes', { bearer, json })
    expect(made.body.recoveryCodes).toHaveLength(10)
    clock.advance(30_000)
    expect(await show((await login()).body.step, recoveryCodes[0] ?? '')).toMatchObject(wrong)
    expect((await show((await login()).body.step, made.body.recoveryCodes[0])).status).toBe(200)
  })
})

describe('a factor is removed', () => {
  it('ASVS 7.5.1: only with a young sign-in with two factors, or the password and a code', async () => {
    const {
      setUpTotp,
      login,
      show,
      code,
      delete: remove,
      factors,
      bearer,
      ada,
      clock,
      events,
    } = await startWithFactors({ environment: { ACCESS_TOKEN_TTL: '3000' } })
    const { secret, recoveryCodes } = await setUpTotp()
    const { id } = (await factors()).totp
    const path = `/factors/${id}`
    const alone = await remove(path, { bearer })
    expect(alone).toMatchObject({ status: 401, body: { error: 'insufficient_user_authentication' } })
    expect(alone.headers.get('www-authenticate')).toContain('acr_values="urn:evergate:two-factors"')
    for (const json of [{ password: ada.password }, { code: code(secret) }])
      expect((await remove(path, { bearer, json })).body.error).toBe('insufficient_user_authentication')
    expect((await remove(path, { bearer, json: { password: 'no', code: code(secret) } })).body.error).toBe(
      'invalid_credentials',
    )
    expect(
      (await remove(path, { bearer, json: { password: ada.password, code: '000000' } })).body.error,
    ).toBe('invalid_code')
    const sure = (await show((await login()).body.step, code(secret))).body.accessToken
    clock.advance(901_000)
    const renewed = await login()
    expect(renewed.body.error).toBe('second_factor_required')
    const young = (await show(renewed.body.step, code(secret))).body.accessToken
    expect((await remove(path, { bearer: sure })).status).toBe(401)
    expect((await remove(path, { bearer: young })).status).toBe(204)
    expect(events()).toContainEqual(expect.objectContaining({ event: 'factor-removed', factor: 'totp' }))
    expect(await factors(young)).toMatchObject({ totp: null, recoveryCodes: 0 })
    expect((await login()).status).toBe(200)
    expect(recoveryCodes).toHaveLength(10)
    expect((await remove(path, { bearer: young })).status).toBe(404)
  })

  it('by nobody else', async () => {
    const { setUpTotp, factors, newcomer, delete: remove } = await startWithFactors()
    await setUpTotp()
    const eve = await newcomer('eve@example.com')
    const { id } = (await factors()).totp
    expect((await remove(`/factors/${id}`, { bearer: eve.accessToken })).status).toBe(404)
    expect((await remove(`/factors/${id}`)).status).toBe(401)
  })
})

describe('a trusted device', () => {
  const markOf = (cookies: string[]) =>
    cookies.find((cookie) => cookie.startsWith('knownDevice='))?.split(';')[0] ?? ''

  it('is not asked again for thirty days, unless two factors are asked for', async () => {
    const { setUpTotp, login, show, code, factors, clock } = await startWithFactors({
      environment: { REFRESH_TOKEN_TTL: '9999999', ACCESS_TOKEN_TTL: '9999999', SESSION_MAX_AGE: '9999999' },
    })
    const { secret } = await setUpTotp()
    const whole = await show((await login()).body.step, code(secret), { trust: true })
    const mark = markOf(whole.setCookies)
    const again = await login({}, mark)
    expect(again.status).toBe(200)
    expect(decodeJwt(again.body.accessToken)).toMatchObject({ amr: ['pwd'], acr: 'urn:evergate:one-factor' })
    expect(await login({ acrValues: 'urn:evergate:two-factors' }, mark)).toMatchObject(asked)
    expect(await login()).toMatchObject(asked)
    expect((await factors(whole.body.accessToken)).trustedDevices).toMatchObject([{ userAgent: 'node' }])
    clock.advance(30 * 86_400_000)
    expect(await login({}, mark)).toMatchObject(asked)
  })

  it('is of one account, and a mark without trust is none', async () => {
    const { setUpTotp, login, show, code, post, clock } = await startWithFactors()
    const { secret } = await setUpTotp()
    const plain = await show((await login()).body.step, code(secret))
    expect(await login({}, markOf(plain.setCookies))).toMatchObject(asked)
    clock.advance(30_000)
    const trusted = await show((await login()).body.step, code(secret), { trust: true })
    const json = { email: 'eve@example.com', password: 'correct horse', name: 'Eve' }
    expect((await post('/register', { json, cookie: markOf(trusted.setCookies) })).status).toBe(201)
    const forged = markOf(trusted.setCookies).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    expect(await login({}, forged)).toMatchObject(asked)
  })

  it('is listed and revoked, and ends with the password', async () => {
    const {
      setUpTotp,
      login,
      show,
      code,
      factors,
      clock,
      delete: remove,
      post,
      ada,
    } = await startWithFactors()
    const { secret } = await setUpTotp()
    const trust = async () => {
      clock.advance(30_000)
      const reply = await show((await login()).body.step, code(secret), { trust: true })
      return { mark: markOf(reply.setCookies), bearer: reply.body.accessToken as string }
    }
    const first = await trust()
    const [device] = (await factors(first.bearer)).trustedDevices
    expect((await remove(`/factors/${device.id}`, { bearer: first.bearer })).status).toBe(204)
    expect(await login({}, first.mark)).toMatchObject(asked)
    const second = await trust()
    expect((await login({}, second.mark)).status).toBe(200)
    const json = { current: ada.password, next: 'another horse entirely' }
    const changed = await post('/password', { bearer: second.bearer, json })
    expect(await login({ password: json.next }, second.mark)).toMatchObject(asked)
    expect((await factors(changed.body.accessToken)).trustedDevices).toEqual([])
  })
})

it('GDPR 15, 17: what is known of factors is handed out without their secrets, and goes with the user', async () => {
  const { setUpTotp, post, bearer, store, ada, delete: remove } = await startWithFactors()
  const { secret } = await setUpTotp()
  const { factors } = (await post('/me/export', { bearer })).body
  expect(factors).toHaveLength(11)
  expect(factors).toContainEqual(expect.objectContaining({ kind: 'totp', usedAt: null, endsAt: null }))
  for (const { data } of await store.factors.list(ada.userData.id))
    if (data) expect(JSON.stringify(factors)).not.toContain(data)
  expect(JSON.stringify(factors)).not.toContain(secret)
  expect((await remove('/me', { bearer })).status).toBe(204)
  expect(await store.factors.list(ada.userData.id)).toEqual([])
})

it('without the part everything is as it was: no routes, no level in tokens, no field of it is read', async () => {
  const { post, get, newcomer } = await startServer()
  const { accessToken, email, password } = await newcomer()
  expect((await get('/factors', { bearer: accessToken })).status).toBe(404)
  expect(decodeJwt(accessToken)).toMatchObject({ amr: ['pwd'] })
  expect(decodeJwt(accessToken)).not.toHaveProperty('acr')
  expect((await post('/login', { json: { email, password, step: 'x' } })).status).toBe(200)
})
