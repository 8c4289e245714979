import type { Audit } from '../observe/audit.ts'
import type { RequestStore, Session, SessionReading } from '../store/store.ts'
import { isSameClient, type Origin } from './client.ts'
import { isProof, keyIn, thumbprintOf } from './device-proof.ts'
import type { Decision, Grace } from './rotation.ts'

/** A refresh token as it was presented. */
export interface Presented extends Origin {
  readonly token: string
  /** Of the device, as a gateway hands it on. */
  readonly proof: string | undefined
}

/** The standing of a presentation, as far as the session's device goes. */
export type DeviceStanding =
  /** The session is bound to no device, or the device has proven that it is there. */
  | { readonly kind: 'good' }
  /** The same, and the session is to be bound to this key. */
  | { readonly kind: 'to-bind'; readonly key: string }
  /** Nothing may be done with the session, and nothing is done to it. `passing`: the trouble need not be the client's, and may end. */
  | { readonly kind: 'unproven'; readonly reason: 'missing' | 'invalid'; readonly passing: boolean }

const GOOD: DeviceStanding = { kind: 'good' }

/** Milliseconds after the sign-in in which a session may be bound: later, it may be a thief who asks. Gateways ask for 5 minutes, and for one more. */
const YOUNG_MS = 360_000
/** Milliseconds in which a browser has a plain token still, though its session is bound: the answer is on its way. */
const ON_ITS_WAY_MS = 60_000

/** Whether the session's device has proven that it is there, for this very token. */
export const isProven = async (
  { deviceKey }: Session,
  { token, proof }: Pick<Presented, 'token' | 'proof'>,
): Promise<boolean> => deviceKey !== null && proof !== undefined && (await isProof(proof, deviceKey, token))

/**
 * How long the parent is good for. A device that has proven to be there has lost an answer, and is no thief: it may come for the child until
 * that is used, as after a renewal in the background, behind which nobody asked for long.
 */
export const graceFor = (
  session: Session,
  proven: boolean,
  proof: string | undefined,
  grace: Grace,
): Grace =>
  proven || (proof !== undefined && session.deviceKey === keyIn(proof) && isUnused(session))
    ? 'lenient'
    : grace

/**
 * Judges a refresh token by the device that its session is bound to, or may be bound to. A copy of a token proves nothing and harms nobody: a
 * bound session is ended by no token alone, not even by an old one.
 *
 * @param lostRace - another registration was faster than this one
 */
export async function judgeDevice(
  { session, now }: SessionReading,
  { kind }: Decision,
  { proof, ...origin }: Omit<Presented, 'token'>,
  proven: boolean,
  lostRace: boolean,
): Promise<DeviceStanding> {
  const { sid, deviceKey, createdAt, deviceBoundAt } = session
  const brought = proof === undefined ? undefined : keyIn(proof)
  const isGood = kind === 'rotate' || kind === 'replay' || kind === 'heal'
  const registers = async () =>
    proof !== undefined && brought !== undefined && isGood && (await isProof(proof, brought, sid))

  if (deviceKey === null)
    return now - createdAt <= YOUNG_MS && (await registers()) ? { kind: 'to-bind', key: brought ?? '' } : GOOD
  if (proven) return GOOD
  // The answer to the first renewal was lost: the browser asks once more, with this key or another one. A race that was lost
  // is no lost answer: its other key stays.
  const isBrowser = brought === deviceKey || (!lostRace && isSameClient(origin, session))
  const mayRegisterAgain = kind === 'replay' && isUnused(session) && isBrowser
  if (mayRegisterAgain && (await registers())) return { kind: 'to-bind', key: brought ?? '' }
  // An old token, too: the session may have been renewed, with requests under way, just before it was bound.
  const passing = kind === 'rotate' || kind === 'heal' || now - (deviceBoundAt ?? 0) < ON_ITS_WAY_MS
  return { kind: 'unproven', reason: proof === undefined ? 'missing' : 'invalid', passing }
}

/** The device has not renewed the session yet. */
const isUnused = ({ rotatedAt, deviceBoundAt }: Session) =>
  deviceBoundAt !== null && rotatedAt <= deviceBoundAt

/** Binds a session; undefined when somebody else was faster, and all is to be decided again. */
export async function bindDevice(
  { audit, store }: { readonly audit: Audit; readonly store: Pick<RequestStore, 'sessions'> },
  session: Session,
  key: string,
  origin: Origin,
): Promise<Session | undefined> {
  const { sid, userId, generation, deviceKey: from } = session
  if (from === key) return session
  const bound = await store.sessions.bind(sid, { generation, from, to: key })
  if (bound) {
    const jkt = await thumbprintOf(key)
    audit({ event: 'device-bound', sid, jkt, again: from !== null }, { userId, ...origin })
  }
  return bound
}
