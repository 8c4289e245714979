import type { RequestHandler } from 'express'
import { z } from 'zod'
import { authenticate } from '../../http/bearer.ts'
import { json } from '../../http/body.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import { ApiError } from '../../http/errors.ts'
import { originOf, readBody } from '../../http/http.ts'
import { stampOf } from '../../mail/links.ts'
import { aboutTotp, type SecondFactor, totpId } from '../../sign-in/second-factor.ts'
import { TOTP_SECRET_BYTES, totpSetUp, totpStep } from '../../sign-in/totp.ts'
import type { User } from '../../store/store.ts'
import { limited } from '../limited.ts'
import { code, step } from './code.ts'
import { type FactorParts, firstRecoveryCodes, tellOfChange } from './factors.ts'
import { invalidCode, proveBothFactors } from './step-up.ts'

const confirmation = z.object({ setup: step, code })

/**
 * `POST /factors/totp` begins to set up an authenticator app (RFC 6238), `POST /factors/totp/confirm` ends it with a code of the app. Until then
 * nothing is stored, so that beginning often fills no store: the secret is derived from the token that goes on with it.
 */
export function totpRoutes(services: FactorParts, secondFactor: SecondFactor): Endpoint[] {
  const { audit, clock, store } = services
  const { challenges, name, seal } = secondFactor
  const secretOf = (setup: string, userId: string) =>
    seal.derive(setup, `totp secret of ${userId}`, TOTP_SECRET_BYTES)

  // A new password, or another address, ends it.
  const ownerOf = (user: User) => `${user.id} ${stampOf('second-factor', user)}`

  async function refuseSecond(userId: string): Promise<void> {
    if ((await store.factors.list(userId)).some(({ kind }) => kind === 'totp'))
      throw new ApiError(409, 'factor_exists', 'There is an authenticator app already: remove it first.')
  }

  const begin: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    const { user } = caller
    await refuseSecond(user.id)
    await proveBothFactors(services, secondFactor, req, caller)
    const setup = challenges.make('set-up-totp', ownerOf(user), clock())
    res.json({ setup, ...totpSetUp(secretOf(setup, user.id), name, user.email) })
  }

  const confirm: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    const { user } = caller
    const { setup, code } = readBody(req, confirmation)
    if (!challenges.isGood(setup, 'set-up-totp', ownerOf(user), clock())) throw stepIsOver()
    const secret = secretOf(setup, user.id)
    const look = async () => totpStep(secret, code.replace(/\s/g, ''), clock())
    const counter = await limited(services, req, 'second-factor', `set-up of ${user.id}`, look)
    if (counter === undefined) throw invalidCode(400)
    if (!(await challenges.spend(store.counters, setup))) throw stepIsOver()
    const factor = { id: totpId(user.id), userId: user.id, kind: 'totp', name: '' } as const
    // The code has been used by this: it is no good for a sign-in.
    const data = seal.close(secret, aboutTotp(user.id))
    if (!(await store.factors.add({ ...factor, data, counter, life: null }))) await refuseSecond(user.id)
    audit({ event: 'factor-added', factor: 'totp' }, { userId: user.id, ...originOf(req) })
    tellOfChange(services, req, user)
    res.status(201).json({ recoveryCodes: (await firstRecoveryCodes(services, caller)) ?? [] })
  }

  return [
    { name: 'setUpTotp', method: 'post', path: '/factors/totp', handlers: [json, begin] },
    { name: 'confirmTotp', method: 'post', path: '/factors/totp/confirm', handlers: [json, confirm] },
  ]
}

/** The answer to a token of a step that is over, was used, or belongs to somebody else. */
export function stepIsOver(status: 400 | 401 = 400): ApiError {
  return new ApiError(status, 'invalid_step', 'This took too long, or was done already. Begin again.')
}
