import { hash } from '@node-rs/argon2'
import { expect, it } from 'vitest'
import { manualClock } from '../../testing/harness.ts'
import { startWithFactors } from '../../testing/second-factor.ts'
import { eachStoreKind, openTestStore } from '../../testing/stores.ts'

const DAY = 86_400_000
const LONG = String(99 * 86_400)
const environment = { ACCESS_TOKEN_TTL: LONG, REFRESH_TOKEN_TTL: LONG, SESSION_MAX_AGE: LONG }
const asked = { status: 401, body: { error: 'second_factor_required' } }
const markOf = (cookies: string[]) =>
  cookies.find((cookie) => cookie.startsWith('knownDevice='))?.split(';')[0] ?? ''

it.for(eachStoreKind)(
  'the trust in a device is its person’s alone, for 30 days or until the password changes, and is ended once, on %s',
  async ([, kind], { skip }) => {
    if (kind.missing) skip()
    const clock = manualClock()
    const store = await openTestStore(await kind.place(), clock)
    const server = await startWithFactors({ store, clock, environment })
    const { login, show, code, post, get, refresh, delete: remove } = server
    const eve = await server.newcomer('eve@example.com')
    const hers = await server.setUpTotp(eve.accessToken)
    const { secret } = await server.setUpTotp()
    const enter = (cookie?: string) => login({}, cookie)
    const enterAsEve = (cookie: string) =>
      post('/login', { json: { email: eve.email, password: eve.password }, cookie })
    const trust = async (cookie?: string) => {
      clock.advance(30_000)
      return await show((await login()).body.step, code(secret), { trust: true }, cookie)
    }

    const trusting = await trust()
    const mark = markOf(trusting.setCookies)
    expect((await enter(mark)).status).toBe(200)
    expect(await enterAsEve(mark)).toMatchObject(asked)
    // Eve signs in on the same browser: it knows both, and asks her alone.
    const { step } = (await enterAsEve(mark)).body
    const shared = markOf((await show(step, code(hers.secret), {}, mark)).setCookies)
    expect(await enterAsEve(shared)).toMatchObject(asked)
    expect((await enter(shared)).status).toBe(200)
    // Another browser that is known, and not trusted.
    clock.advance(30_000)
    const known = markOf((await show((await login()).body.step, code(secret))).setCookies)
    expect(await enter(known)).toMatchObject(asked)
    const token = mark.split('=')[1] ?? ''
    expect((await get('/me', { bearer: token })).status).toBe(401)
    expect((await refresh(token)).status).toBe(403)
    expect((await show(token, code(secret))).body.error).toBe('invalid_step')

    const bearer = trusting.body.accessToken
    const [device] = (await server.factors(bearer)).trustedDevices
    expect((await remove(`/factors/${device.id}`, { bearer: eve.accessToken })).status).toBe(404)
    const ends = await Promise.all(
      Array.from({ length: 8 }, () => remove(`/factors/${device.id}`, { bearer })),
    )
    expect(ends.map(({ status }) => status).sort()).toEqual([204, ...Array(7).fill(404)])
    expect(await enter(mark)).toMatchObject(asked)

    const again = markOf((await trust(mark)).setCookies)
    clock.advance(30 * DAY - 1)
    expect((await enter(again)).status).toBe(200)
    clock.advance(1)
    expect(await enter(again)).toMatchObject(asked)

    // A password that another program sets.
    const last = markOf((await trust(again)).setCookies)
    const { id, passwordHash = '' } = (await store.users.findByEmail(server.ada.email)) ?? {}
    expect(await store.users.replacePasswordHash(String(id), passwordHash, await hash(eve.password))).toBe(
      true,
    )
    expect((await enter(last)).body).toMatchObject(asked.body)
  },
)
