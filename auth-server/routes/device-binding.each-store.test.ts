import { decodeJwt, UnsecuredJWT } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { challengeOver, testDevice } from '../testing/device.ts'
import { manualClock, startServer } from '../testing/harness.ts'
import { eachStoreKind, openTestStore, type StoreKind } from '../testing/stores.ts'

vi.setConfig({ testTimeout: 60_000 })

const owner = { 'x-forwarded-for': '203.0.113.7', 'user-agent': 'the owner' }
const thief = { 'x-forwarded-for': '198.51.100.9', 'user-agent': 'a thief' }

/** Two servers over one store, and somebody who has just signed in. */
async function signedIn(kind: StoreKind) {
  const url = await kind.place()
  const clock = manualClock()
  const start = async () => startServer({ store: await openTestStore(url, clock), clock })
  const [server, other] = [await start(), await start()]
  const person = await server.newcomer()
  const sid = person.refreshToken.split('.')[1] ?? ''
  const present = (token: string, proof?: string, headers: Record<string, string> = owner, at = other) =>
    at.post('/refreshtoken', {
      cookie: `refreshToken=${token}${proof === undefined ? '' : `; __Host-device-proof=${proof}`}`,
      headers,
    })
  const events = () => [server, other].flatMap((each) => each.events())
  return { server, other, clock, person, sid, plain: person.refreshToken, present, events }
}

/** The same, bound to a device, whose gateway alone has the newest token. */
async function bound(kind: StoreKind, alg: 'ES256' | 'RS256' = 'ES256') {
  const parts = await signedIn(kind)
  const device = await testDevice(alg)
  const reply = await parts.present(parts.plain, await device.register(parts.sid))
  if (reply.status !== 200) throw new Error(`not bound: ${JSON.stringify(reply.body)}`)
  return { ...parts, device, reply, newest: reply.body.refreshToken as string }
}

describe.each(eachStoreKind)('on %s', (_title, kind) => {
  const attack = (title: string, run: () => Promise<void>) => it.skipIf(kind.missing)(title, run)

  attack('a session is bound at registration, and renewed with a proof alone, at every server', async () => {
    for (const alg of ['ES256', 'RS256'] as const) {
      const { server, present, device, reply, newest, sid, events } = await bound(kind, alg)
      // RFC 7800 3.1, RFC 9449 6.1.
      expect(decodeJwt(reply.body.accessToken)).toMatchObject({ cnf: { jkt: device.jkt } })
      const next = await present(newest, await device.prove(newest), owner, server)
      expect(next.status).toBe(200)
      expect(decodeJwt(next.body.accessToken)).toMatchObject({ sid, cnf: { jkt: device.jkt } })
      // Within the grace, as ever: the same proof meets the same child.
      const again = await present(newest, await device.prove(newest))
      expect(again.body.refreshToken).toBe(next.body.refreshToken)
      expect(events().filter(({ event }) => event === 'device-bound')).toMatchObject([
        { sid, jkt: device.jkt, again: false },
      ])
    }
  })

  attack(
    'RFC 9700 2.2.2: a plain token that was copied before is refused, and the owner goes on',
    async () => {
      const { clock, sid, plain, newest, present, device, events } = await bound(kind)
      // The answer to the registration may be on its way: no gateway signs anybody out for 428.
      expect(await present(plain, undefined, thief)).toMatchObject({
        status: 428,
        body: { error: 'device_binding_required' },
      })
      clock.advance(61_000)
      // Out of the grace it would be reuse. A token alone ends no bound session.
      expect(await present(plain, undefined, thief)).toMatchObject({
        status: 403,
        body: { error: 'device_binding_required' },
      })
      expect(await present(newest, undefined, thief)).toMatchObject({ status: 428 })
      expect(events().filter(({ event }) => event === 'device-proof-refused')).toEqual(
        Array(3).fill(
          expect.objectContaining({ level: 40, sid, reason: 'missing', address: thief['x-forwarded-for'] }),
        ),
      )
      expect((await present(newest, await device.prove(newest))).status).toBe(200)
    },
  )

  attack('a request that was sent before a renewal and the binding behind it signs nobody out', async () => {
    const { clock, sid, plain, present } = await signedIn(kind)
    const device = await testDevice()
    const renewed = (await present(plain)).body.refreshToken
    expect((await present(renewed, await device.register(sid))).status).toBe(200)
    expect((await present(plain)).status).toBe(428)
    clock.advance(61_000)
    expect((await present(plain)).status).toBe(403)
  })

  attack('forged proofs are refused, and change nothing', async () => {
    const { sid, plain, newest, present, device } = await bound(kind)
    const [other, p384, ed] = [await testDevice(), await testDevice('ES384'), await testDevice('EdDSA')]
    const none = new UnsecuredJWT({ jti: challengeOver(newest) }).encode()
    const good = await device.prove(newest)
    const forged = {
      none,
      'another key': await other.prove(newest),
      'another key, brought along': await other.register(newest),
      'another algorithm': await p384.prove(newest),
      'an algorithm of no device': await ed.prove(newest),
      'another type': await device.prove(newest, { header: { typ: 'JWT' } }),
      'another session': await device.prove(`${newest}0`),
      'an old challenge': await device.prove(plain),
      'a registration': await device.register(sid),
      'no challenge': await device.prove(newest, { claims: { jti: undefined } }),
      'a challenge that is none': await device.prove(newest, { claims: { jti: newest } }),
      'a signature cut off': good.slice(0, -4),
      'two of them': `${good}; __Host-device-proof=${none}`,
      nothing: '',
    }
    for (const [name, proof] of Object.entries(forged))
      expect([name, (await present(newest, proof)).body.error]).toEqual([name, 'device_binding_required'])
    expect((await present(newest, good)).status).toBe(200)
  })

  attack('a session is bound once: no other key takes its place', async () => {
    const { sid, plain, newest, present, device, clock } = await bound(kind)
    const evil = await testDevice()
    for (const token of [plain, newest])
      expect((await present(token, await evil.register(sid), thief)).status).toBe(428)
    clock.advance(1)
    const next = (await present(newest, await device.prove(newest))).body.refreshToken
    // The key was used: its browser has had the answer.
    expect((await present(newest, await evil.register(sid))).status).toBe(428)
    expect((await present(next, await device.prove(next))).status).toBe(200)
  })

  attack('an answer to a registration that was lost is had once more, by its client alone', async () => {
    const { sid, plain, newest, present, device, events } = await bound(kind)
    // A gateway repeats a call.
    const repeated = await present(plain, await device.register(sid))
    expect([repeated.status, repeated.body.refreshToken]).toEqual([200, newest])
    // A browser that has heard nothing makes another key.
    const second = await testDevice()
    const reply = await present(plain, await second.register(sid))
    expect([reply.status, reply.body.refreshToken]).toEqual([200, newest])
    expect(decodeJwt(reply.body.accessToken)).toMatchObject({ cnf: { jkt: second.jkt } })
    expect((await present(newest, await device.prove(newest))).status).toBe(428)
    expect((await present(newest, await second.prove(newest))).status).toBe(200)
    expect(events().filter(({ event }) => event === 'device-bound')).toMatchObject([
      { jkt: device.jkt, again: false },
      { jkt: second.jkt, again: true },
    ])
  })

  attack('a device that has lost an answer comes for it when it likes, and from where it likes', async () => {
    const { clock, sid, plain, newest, present, device, events } = await bound(kind)
    // Of the first renewal, by which it was bound, and of a later one.
    clock.advance(3_000_000)
    expect((await present(plain, await device.register(sid))).body.refreshToken).toBe(newest)
    const next = (await present(newest, await device.prove(newest))).body.refreshToken
    clock.advance(3_000_000)
    const elsewhere = { ...owner, 'x-forwarded-for': '192.0.2.77' }
    const late = await present(newest, await device.prove(newest), elsewhere)
    expect([late.status, late.body.refreshToken]).toEqual([200, next])
    // A thief gets nothing, and an older token neither.
    expect((await present(newest, undefined, thief)).status).toBe(403)
    const last = (await present(next, await device.prove(next))).body.refreshToken
    expect((await present(newest, await device.prove(newest))).body.error).toBe('refresh_token_reused')
    expect((await present(last, await device.prove(last))).body.error).toBe('session_revoked')
    expect(events().filter(({ event }) => event === 'reuse-detected')).toHaveLength(1)
  })

  attack('many registrations at the same time bind to one key', async () => {
    const { server, other, sid, plain, present, events } = await signedIn(kind)
    const devices = await Promise.all(Array.from({ length: 6 }, () => testDevice()))
    const replies = await Promise.all(
      devices.map(async (device, i) =>
        present(
          plain,
          await device.register(sid),
          { ...owner, 'user-agent': `browser ${i}` },
          i % 2 ? server : other,
        ),
      ),
    )
    const taken = devices.filter((_, i) => replies[i]?.status === 200)
    expect(taken).toHaveLength(1)
    expect(events().filter(({ event }) => event === 'device-bound')).toMatchObject([{ jkt: taken[0]?.jkt }])
  })

  attack('is not bound long after the sign-in, nor by a proof that does not hold', async () => {
    const { clock, server, sid, plain, present } = await signedIn(kind)
    const device = await testDevice()
    const forged = [
      await device.prove(sid),
      await device.register(plain),
      await device.register(sid, { jwk: {} }),
    ]
    let token = plain
    for (const proof of forged) token = (await present(token, proof)).body.refreshToken
    clock.advance(361_000)
    const { body } = await present(token, await device.register(sid))
    expect(decodeJwt(body.accessToken)).not.toHaveProperty('cnf')
    const { sessions } = (await server.get('/sessions', { bearer: body.accessToken })).body
    expect(sessions).toMatchObject([{ sid, device: 'unbound' }])
  })

  attack('GET /sessions says which are bound; signing out needs no proof', async () => {
    const { server, newest, reply, person, sid } = await bound(kind)
    const { email, password } = person
    const second = (await server.post('/login', { json: { email, password } })).body
    const { sessions } = (await server.get('/sessions', { bearer: reply.body.accessToken })).body
    const boundOf = Object.fromEntries(
      sessions.map((each: { sid: string; device: string }) => [each.sid, each.device]),
    )
    expect(boundOf).toEqual({ [sid]: 'bound', [second.refreshToken.split('.')[1]]: 'unbound' })
    expect((await server.post('/logout', { refreshToken: newest })).status).toBe(204)
    expect((await server.refresh(newest)).body.error).toBe('session_revoked')
  })
})
