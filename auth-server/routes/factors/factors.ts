import type { Request, RequestHandler } from 'express'
import { authenticate, type BearerParts, type Caller } from '../../http/bearer.ts'
import { json } from '../../http/body.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import { ApiError } from '../../http/errors.ts'
import type { Mailer } from '../../mail/mailer.ts'
import { newRecoveryCodes, recoveryCodeId } from '../../sign-in/recovery-codes.ts'
import { type SecondFactor, waysOf } from '../../sign-in/second-factor.ts'
import type { Factor } from '../../store/factors.ts'
import type { Random } from '../../store/new-id.ts'
import type { RequestStore, User } from '../../store/store.ts'
import { languagesOf, type NoticeParts, notify } from '../mail/mailing.ts'
import type { ProofParts } from '../reauthentication.ts'
import type { CodeParts } from './code.ts'
import { proveBothFactors } from './step-up.ts'

/** The parts that {@link tellOfChange} works with. */
export type NoticedParts = Pick<NoticeParts, 'audit' | 'logger'> & {
  /** Undefined: nobody is told by mail. */
  readonly mailer?: Mailer | undefined
}

/** The parts that routes about a caller's factors work with. */
export type FactorParts = BearerParts &
  ProofParts &
  CodeParts &
  NoticedParts & {
    readonly random: Random
    readonly store: RequestStore
  }

/** Tells a person by mail that their factors have changed (ASVS 6.3.7): it may have been somebody else. */
export function tellOfChange(
  services: NoticedParts,
  req: Request,
  user: Pick<User, 'id' | 'name' | 'email'>,
): void {
  const { mailer } = services
  if (!mailer) return
  const details = { languages: languagesOf(req, undefined) }
  notify({ ...services, mailer }, req, 'factors-changed', user, details)
}

/**
 * `GET /factors`: what the caller can prove with besides the password, and the devices that are let off it. `DELETE /factors/:id` removes one
 * of them, `POST /factors/recovery-codes` makes ten new codes; both with all that a sign-in of theirs needs.
 */
export function factorRoutes(services: FactorParts, secondFactor: SecondFactor): Endpoint[] {
  const { audit, store } = services

  const list: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    res.json(describe(await store.factors.list(caller.user.id)))
  }

  const remove: RequestHandler<{ id: string }> = async (req, res) => {
    const caller = await authenticate(services, req)
    const { user, origin } = caller
    const factor = (await store.factors.list(user.id)).find(
      ({ id, kind }) => id === req.params.id && kind !== 'recovery-code',
    )
    if (!factor) throw notThere()
    // Trust is taken back without more: the person who does it may have lost the device.
    if (factor.kind !== 'trusted-device') await proveBothFactors(services, secondFactor, req, caller)
    if (!(await store.factors.take(user.id, factor.id))) throw notThere()
    audit({ event: 'factor-removed', factor: factor.kind }, { userId: user.id, ...origin })
    await withoutLeftovers(store, user.id)
    if (factor.kind !== 'trusted-device') tellOfChange(services, req, user)
    res.status(204).end()
  }

  const renew: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    if (waysOf(await store.factors.list(caller.user.id), secondFactor).length === 0)
      throw new ApiError(409, 'no_second_factor', 'Set up a second factor first.')
    await proveBothFactors(services, secondFactor, req, caller)
    const recoveryCodes = await makeRecoveryCodes(services, caller)
    tellOfChange(services, req, caller.user)
    res.json({ recoveryCodes })
  }

  return [
    { name: 'factors', method: 'get', path: '/factors', handlers: [list] },
    {
      name: 'recoveryCodes',
      method: 'post',
      path: '/factors/recovery-codes',
      handlers: [json, renew],
    },
    {
      name: 'removeFactor',
      method: 'delete',
      path: '/factors/:id',
      handlers: [json, remove as RequestHandler],
    },
  ]
}

/** With the last proof its recovery codes go, and the trust that it gave. */
async function withoutLeftovers(store: Pick<RequestStore, 'factors'>, userId: string): Promise<void> {
  const left = await store.factors.list(userId)
  if (left.some(({ kind }) => kind === 'totp' || kind === 'passkey')) return
  await store.factors.removeAll(userId, 'recovery-code')
  await store.factors.removeAll(userId, 'trusted-device')
}

/** Ten new codes in the place of those before. They are shown this once. */
async function makeRecoveryCodes(
  { audit, random, store }: FactorParts,
  { user, origin }: Caller,
): Promise<readonly string[]> {
  const codes = newRecoveryCodes(random)
  await store.factors.removeAll(user.id, 'recovery-code')
  const kept = { userId: user.id, kind: 'recovery-code', name: '', data: '', counter: 0, life: null } as const
  await Promise.all(
    codes.map((code) => store.factors.add({ ...kept, id: recoveryCodeId(user.id, code) ?? '' })),
  )
  audit({ event: 'recovery-codes-made' }, { userId: user.id, ...origin })
  return codes
}

/** The codes that come with the first factor; undefined where there are some. */
export async function firstRecoveryCodes(
  services: FactorParts,
  caller: Caller,
): Promise<readonly string[] | undefined> {
  const factors = await services.store.factors.list(caller.user.id)
  if (factors.some(({ kind }) => kind === 'recovery-code')) return undefined
  return await makeRecoveryCodes(services, caller)
}

function describe(factors: readonly Factor[]) {
  const of = (kind: Factor['kind']) => factors.filter((factor) => factor.kind === kind)
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString())
  const dates = ({ id, createdAt, usedAt }: Factor) => ({
    id,
    createdAt: iso(createdAt),
    usedAt: iso(usedAt),
  })
  const [totp] = of('totp')
  return {
    totp: totp ? dates(totp) : null,
    passkeys: of('passkey').map((key) => ({ ...dates(key), name: key.name })),
    recoveryCodes: of('recovery-code').length,
    trustedDevices: of('trusted-device').map(({ id, name, createdAt, endsAt }) => ({
      id,
      userAgent: name,
      createdAt: iso(createdAt),
      endsAt: iso(endsAt),
    })),
  }
}

function notThere(): ApiError {
  return new ApiError(404, 'not_found', 'You have no such factor.')
}
