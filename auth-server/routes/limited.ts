import type { Request } from 'express'
import { ApiError } from '../http/errors.ts'
import { originOf, presentedDevice } from '../http/http.ts'
import type { Limits, Try } from '../limits/limits.ts'
import type { Audit, RequestEvent } from '../observe/audit.ts'
import type { KnownDevices } from '../tokens/known-device.ts'

/** The parts that {@link countRegistration} and {@link countMail} work with. */
export interface CountParts {
  readonly audit: Audit
  readonly limits: Pick<Limits, 'countRegistration' | 'countMail'>
}

/** The parts that {@link limited} works with. */
export interface LimitedParts {
  readonly audit: Audit
  readonly limits: Pick<Limits, 'attempt'>
  readonly knownDevices: Pick<KnownDevices, 'recognise'>
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

type Place = Extract<RequestEvent, { event: 'tries-limited' }>['at']

/**
 * Runs a check that answers undefined when it fails, within the limits on failed tries, and records where they were passed.
 *
 * @param account - e-mail address in its stored form; undefined when only the caller's network counts
 * @param sid - the live session that asks, if one does: it is as good as a browser that is known
 * @throws ApiError 429 `too_many_requests`
 */
export async function limited<T>(
  services: LimitedParts,
  req: Request,
  at: Place,
  account: string | undefined,
  check: () => Promise<T | undefined>,
  sid?: string,
): Promise<T | undefined> {
  const { address } = originOf(req)
  const subject: Try =
    account === undefined ? { address } : { address, account, ...knownBy(services, req, account, sid) }
  return await recorded(services, req, at, () => services.limits.attempt(subject, check))
}

function knownBy(
  { clock, knownDevices }: LimitedParts,
  req: Request,
  account: string,
  sid: string | undefined,
): Pick<Try, 'knownAs'> {
  const device = sid ? undefined : knownDevices.recognise(presentedDevice(req), account, clock())
  if (sid) return { knownAs: `session ${sid}` }
  return device === undefined ? {} : { knownAs: `device ${device}` }
}

/**
 * Counts a registration, before anything is done for it.
 *
 * @throws ApiError 429 `too_many_requests`
 */
export async function countRegistration(services: CountParts, req: Request): Promise<void> {
  const { address } = originOf(req)
  await recorded(services, req, 'registration', () => services.limits.countRegistration(address))
}

/**
 * Counts a mail that is asked for, before anything is looked up.
 *
 * @throws ApiError 429 `too_many_requests`
 */
export async function countMail(services: CountParts, req: Request): Promise<void> {
  const { address } = originOf(req)
  await recorded(services, req, 'mail', () => services.limits.countMail(address))
}

async function recorded<T>(
  { audit }: { readonly audit: Audit },
  req: Request,
  at: Place,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof ApiError && error.code === 'too_many_requests')
      audit({ event: 'tries-limited', at }, originOf(req))
    throw error
  }
}
