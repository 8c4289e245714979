import type { Factor, FactorStore } from '../store/factors.ts'
import type { User } from '../store/store.ts'
import { digestOf } from '../tokens/one-time.ts'
import type { Challenges } from './challenges.ts'
import { recoveryCodeId } from './recovery-codes.ts'
import type { Seal } from './seal.ts'
import type { Way } from './steps.ts'
import { totpStep } from './totp.ts'

/** How second factors are used. */
export interface SecondFactorSettings {
  /** The service, as authenticator apps and browsers show it. */
  readonly name: string
  readonly totp: boolean
  /** Undefined: no passkeys. */
  readonly passkeys: PasskeySettings | undefined
  /** Seconds for which a device is not asked again; 0: each time. */
  readonly trustFor: number
}

/** Where passkeys are used (WebAuthn 4, "Relying Party Identifier"). */
export interface PasskeySettings {
  /** A registrable domain, or a host. */
  readonly rpId: string
  readonly origin: string
}

/** The second factors of a server on which they are switched on. */
export interface SecondFactor extends SecondFactorSettings {
  readonly seal: Seal
  readonly challenges: Challenges
}

/** The id of a user's TOTP: each has one at most. */
export const totpId = (userId: string): string => digestOf(`totp ${userId}`)

/** The owner that the secret of a TOTP is sealed for. */
export const aboutTotp = (userId: string): string => `totp of ${userId}`

/** The proofs that a user can give, as far as this server takes them. */
export function waysOf(factors: readonly Factor[], { totp, passkeys }: SecondFactorSettings): Way[] {
  const has = (kind: Factor['kind']) => factors.some((factor) => factor.kind === kind)
  const ways: Way[] = []
  if (totp && has('totp')) ways.push('totp')
  if (passkeys && has('passkey')) ways.push('passkey')
  if (ways.length > 0 && has('recovery-code')) ways.push('recovery-code')
  return ways
}

/** A code that was found to be right. It counts once it was used up. */
export interface RightCode {
  readonly kind: 'totp' | 'recovery-code'
  /** Uses it up; false when that has happened already. */
  use(store: FactorStore): Promise<boolean>
}

/** Holds what somebody typed against their factors. It looks alone: nothing is written. */
export function readCode(
  typed: string,
  userId: string,
  factors: readonly Factor[],
  { seal, totp }: SecondFactor,
  now: number,
): RightCode | undefined {
  const code = typed.replace(/\s/g, '')
  const app = totp ? factors.find(({ kind }) => kind === 'totp') : undefined
  const secret = app && seal.open(app.data, aboutTotp(userId))
  const step = secret && totpStep(secret, code, now)
  // A step that was used, or one before it, is over (RFC 6238 5.2).
  if (app && secret && step !== undefined && step > app.counter) {
    const data = seal.isOutdated(app.data) ? seal.close(secret, aboutTotp(userId)) : app.data
    return {
      kind: 'totp',
      use: (store) => store.use(userId, app.id, { from: app.counter, to: step, data }),
    }
  }
  const id = recoveryCodeId(userId, code)
  const isThere = id && factors.some((factor) => factor.kind === 'recovery-code' && factor.id === id)
  return isThere ? { kind: 'recovery-code', use: (store) => store.take(userId, id) } : undefined
}

/** The id of a trusted device. The browser alone has the mark that names the device. */
export const trustedDeviceId = (userId: string, device: string): string =>
  digestOf(`trusted device ${userId} ${device}`)

/** The value that the trust of a device is bound to: it ends with the password, wherever that is kept. */
export const trustStamp = ({ passwordHash }: Pick<User, 'passwordHash'>): string =>
  digestOf(`trust ${passwordHash}`)

/** Whether a device was let off the second factor, under the password of today. */
export function isTrusted(
  factors: readonly Factor[],
  user: Pick<User, 'id' | 'passwordHash'>,
  device: string | undefined,
): boolean {
  if (device === undefined) return false
  const id = trustedDeviceId(user.id, device)
  return factors.some((factor) => factor.id === id && factor.data === trustStamp(user))
}
