import type { Request } from 'express'
import { ApiError } from '../../http/errors.ts'
import { originOf, presentedDevice } from '../../http/http.ts'
import type { Audit } from '../../observe/audit.ts'
import { holdStep } from '../../sign-in/held.ts'
import {
  isTrusted,
  type SecondFactor,
  trustedDeviceId,
  trustStamp,
  waysOf,
} from '../../sign-in/second-factor.ts'
import { type Level, nextStep, type SignInState, START, type Way } from '../../sign-in/steps.ts'
import type { Random } from '../../store/new-id.ts'
import type { RequestStore, User } from '../../store/store.ts'
import type { KnownDevices } from '../../tokens/known-device.ts'

/** The parts that a sign-in in steps works with. */
export interface StepParts {
  /** Undefined: a password is enough. */
  readonly secondFactor: SecondFactor | undefined
  readonly audit: Audit
  readonly random: Random
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly knownDevices: KnownDevices
  readonly store: RequestStore
}

/** Where a sign-in stands after its password. */
export async function afterPassword(
  { secondFactor, store, knownDevices, clock }: StepParts,
  req: Request,
  user: User,
  wanted: Level | undefined,
): Promise<SignInState> {
  const factors = secondFactor ? await store.factors.list(user.id) : []
  const ways = secondFactor ? waysOf(factors, secondFactor) : []
  const device = knownDevices.recognise(presentedDevice(req), user.email, clock())
  const trusted = isTrusted(factors, user, device)
  return nextStep(START, { kind: 'password', ways, trusted, wanted })
}

/** The answer to a sign-in that is half finished: `step` goes on with it. It is no token of a session. */
export async function askForSecondFactor(
  { store, random }: StepParts,
  user: User,
  ways: readonly Way[],
): Promise<ApiError> {
  const step = await holdStep(store, random, 'second-factor', user)
  return new ApiError(401, 'second_factor_required', 'Show a second factor to go on.', { step, ways })
}

/** The most devices that one user trusts; the one that was trusted first goes. */
const MAX_DEVICES = 20

/**
 * Lets this browser off the second factor for some time.
 *
 * @param mark - the mark that the answer gives it
 */
export async function trustDevice(
  { audit, clock, knownDevices, secondFactor, store }: StepParts,
  req: Request,
  user: User,
  mark: string,
): Promise<void> {
  const device = knownDevices.recognise(mark, user.email, clock())
  if (!secondFactor || secondFactor.trustFor === 0 || device === undefined) return
  const id = trustedDeviceId(user.id, device)
  const there = (await store.factors.list(user.id)).filter(({ kind }) => kind === 'trusted-device')
  const others = there.filter((each) => each.id !== id)
  for (const { id } of others.slice(0, Math.max(0, others.length - MAX_DEVICES + 1)))
    await store.factors.take(user.id, id)
  const origin = originOf(req)
  await store.factors.take(user.id, id)
  await store.factors.add({
    id,
    userId: user.id,
    kind: 'trusted-device',
    name: origin.userAgent,
    data: trustStamp(user),
    counter: 0,
    life: secondFactor.trustFor * 1000,
  })
  audit({ event: 'factor-added', factor: 'trusted-device' }, { userId: user.id, ...origin })
}
