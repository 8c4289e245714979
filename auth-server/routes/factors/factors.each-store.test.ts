import { describe, expect, it } from 'vitest'
import { createAuthenticator } from '../../testing/authenticator.ts'
import { manualClock, startServer } from '../../testing/harness.ts'
import { APP_URL, startWithFactors } from '../../testing/second-factor.ts'
import { eachStoreKind, openTestStore } from '../../testing/stores.ts'

describe.each(eachStoreKind)('second factors over %s', (_title, kind) => {
  it.skipIf(kind.missing)(
    'that are used many times at the same moment, on two servers, are used once',
    async () => {
      const url = await kind.place()
      const clock = manualClock()
      const first = await startWithFactors({ store: await openTestStore(url, clock), clock })
      const environment = { SECOND_FACTOR: 'on', APP_URL }
      const second = await startServer({ store: await openTestStore(url, clock), clock, environment })
      const eight = async (json: (i: number) => object | Promise<object>) =>
        (
          await Promise.all(
            Array.from({ length: 8 }, async (_, i) =>
              (i % 2 ? first : second).post('/login', { json: await json(i) }),
            ),
          )
        )
          .map(({ status }) => status)
          .sort()
      const once = [200, ...Array(7).fill(401)]

      const { secret, recoveryCodes } = await first.setUpTotp()
      const steps = await Promise.all(Array.from({ length: 8 }, async () => (await first.login()).body.step))
      expect(await eight((i) => ({ step: steps[i], code: first.code(secret) }))).toEqual(once)
      clock.advance(30_000)
      const { step } = (await first.login()).body
      expect(await eight((i) => ({ step, code: recoveryCodes[i] }))).toEqual(once)

      const sure = await first.show((await first.login()).body.step, first.code(secret))
      const bearer = sure.body.accessToken
      const key = createAuthenticator()
      const { options } = (await first.post('/factors/passkeys/challenge', { bearer })).body
      expect(
        (await first.post('/factors/passkeys', { bearer, json: { credential: key.create(options) } })).status,
      ).toBe(201)
      const asked = (await second.post('/passkeys/challenge')).body.options
      const passkey = key.get(asked)
      expect(await eight(() => ({ passkey }))).toEqual(once)
    },
  )
})
