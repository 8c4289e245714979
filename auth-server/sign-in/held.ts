import { digestOf, newLinkToken, stampOf } from '../mail/links.ts'
import type { Link, RequestStore, StepPurpose, User } from '../store/store.ts'

/** How long a step waits for the next, in milliseconds. */
const LIFE: Readonly<Record<StepPurpose, number>> = {
  'second-factor': 10 * 60_000,
  'set-up-totp': 15 * 60_000,
}

/** A step that waits, and the user whose it is. */
export interface HeldStep {
  readonly link: Link
  readonly user: User
}

/**
 * Holds a step that is gone on with by a token. It gives no access: it names what was shown so far, for one purpose, a short time, and once.
 * A new password or another address ends it.
 */
export async function holdStep(
  store: Pick<RequestStore, 'links'>,
  random: (bytes: number) => Uint8Array,
  purpose: StepPurpose,
  user: Pick<User, 'id' | 'email' | 'passwordHash'>,
): Promise<string> {
  const token = newLinkToken(random)
  const { id, email } = user
  const link = { digest: digestOf(token), purpose, userId: id, email, stamp: stampOf('reset-password', user) }
  await store.links.add(link, LIFE[purpose])
  return token
}

/** The step that a token stands for; undefined when it is over, is for something else, or the user has changed since. */
export async function findStep(
  store: RequestStore,
  token: string,
  purpose: StepPurpose,
): Promise<HeldStep | undefined> {
  const link = await store.links.find(digestOf(token), purpose)
  const user = link && (await store.users.findById(link.userId))
  if (!user || user.disabledAt !== null || link.stamp !== stampOf('reset-password', user)) return undefined
  return { link, user }
}

/** Uses a step up; false when somebody was faster. */
export async function takeStep(
  store: Pick<RequestStore, 'links'>,
  { digest, purpose }: Pick<Link, 'digest' | 'purpose'>,
): Promise<boolean> {
  return (await store.links.take(digest, purpose)) !== undefined
}
