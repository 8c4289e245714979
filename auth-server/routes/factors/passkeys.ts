import type { RequestHandler } from 'express'
import { z } from 'zod'
import { authenticate } from '../../http/bearer.ts'
import { json } from '../../http/body.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import { ApiError } from '../../http/errors.ts'
import { readBody } from '../../http/http.ts'
import { readLink } from '../../mail/links.ts'
import { creationOptions, MAX_HANDLE_BYTES, readCreation, requestOptions } from '../../sign-in/passkeys.ts'
import type { PasskeySettings, SecondFactor } from '../../sign-in/second-factor.ts'
import { personName } from '../fields.ts'
import { step } from './code.ts'
import { type FactorParts, firstRecoveryCodes, tellOfChange } from './factors.ts'
import { creation } from './passkey-bodies.ts'
import { proveBothFactors } from './step-up.ts'
import { stepIsOver } from './totp.ts'

const made = z.object({ credential: creation, name: personName.optional() })
const asked = z.object({ step: step.optional() })

const MAX_PASSKEYS = 20

/**
 * `POST /factors/passkeys/challenge` and `POST /factors/passkeys` set up a passkey (WebAuthn). `POST /passkeys/challenge` asks for one that
 * is there: any of this site, or those of the half-finished sign-in that `step` names. `POST /login` takes the answer.
 */
export function passkeyRoutes(
  services: FactorParts,
  secondFactor: SecondFactor,
  passkeys: PasskeySettings,
): Endpoint[] {
  const { audit, clock, store } = services
  const { challenges, name: service } = secondFactor
  const of = async (userId: string) =>
    (await store.factors.list(userId)).filter(({ kind }) => kind === 'passkey')

  const begin: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    const { user } = caller
    if (Buffer.byteLength(user.id) > MAX_HANDLE_BYTES)
      throw new ApiError(409, 'no_passkeys', 'The id of this account is too long for a passkey.')
    const there = await of(user.id)
    if (there.length >= MAX_PASSKEYS) throw tooMany()
    await proveBothFactors(services, secondFactor, req, caller)
    const challenge = challenges.make('set-up', user.id, clock())
    res.json({ options: await creationOptions(passkeys, service, user, there, challenge) })
  }

  const add: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    const { user, origin } = caller
    const { credential, name = 'Passkey' } = readBody(req, made)
    // The challenge was made for this user alone, after they had shown all that it takes.
    const isGood = (challenge: string) => challenges.isGood(challenge, 'set-up', user.id, clock())
    const passkey = await readCreation(passkeys, credential, isGood)
    if (!passkey || !(await challenges.spend(store.counters, passkey.challenge))) throw invalidPasskey(400)
    const { challenge: _, ...key } = passkey
    const factor = { ...key, userId: user.id, kind: 'passkey', name, life: null } as const
    if (!(await store.factors.add(factor)))
      throw new ApiError(409, 'factor_exists', 'This passkey is set up already.')
    // Challenges of before may be many, and answered at the same moment.
    if ((await of(user.id)).length > MAX_PASSKEYS) {
      await store.factors.take(user.id, key.id)
      throw tooMany()
    }
    audit({ event: 'factor-added', factor: 'passkey' }, { userId: user.id, ...origin })
    const recoveryCodes = (await firstRecoveryCodes(services, caller)) ?? []
    tellOfChange(services, req, user)
    res.status(201).json({ id: key.id, recoveryCodes })
  }

  const ask: RequestHandler = async (req, res) => {
    const { step } = readBody(req, asked)
    const now = clock()
    if (step === undefined) {
      const options = await requestOptions(passkeys, challenges.make('sign-in', '', now))
      return void res.json({ options })
    }
    const held = await readLink(store, step, 'second-factor')
    if (!held) throw stepIsOver(401)
    const challenge = challenges.make('second-factor', step, now)
    res.json({ options: await requestOptions(passkeys, challenge, await of(held.user.id)) })
  }

  return [
    {
      name: 'setUpPasskey',
      method: 'post',
      path: '/factors/passkeys/challenge',
      handlers: [json, begin],
    },
    { name: 'addPasskey', method: 'post', path: '/factors/passkeys', handlers: [json, add] },
    { name: 'askForPasskey', method: 'post', path: '/passkeys/challenge', handlers: [json, ask] },
  ]
}

const tooMany = () =>
  new ApiError(409, 'too_many_factors', `You have ${MAX_PASSKEYS} passkeys: remove one first.`)

/** The answer to a passkey that is not good, whatever is wrong with it. */
export function invalidPasskey(status: 400 | 401): ApiError {
  return new ApiError(status, 'invalid_passkey', 'This passkey could not be used.')
}
