import { stampOf } from '../mail/links.ts'
import type { Random } from '../store/new-id.ts'
import type { Link, RequestStore, StepPurpose, User } from '../store/store.ts'
import { digestOf, newOneTimeToken } from '../tokens/one-time.ts'

/** How long a step waits for the next, in milliseconds. */
const LIFE: Readonly<Record<StepPurpose, number>> = { 'second-factor': 10 * 60_000 }

/**
 * Holds a step that is gone on with by a token. It gives no access: it names what was shown so far, for one purpose, a short time, and once.
 * A new password or another address ends it. `readLink()` finds it.
 */
export async function holdStep(
  store: Pick<RequestStore, 'links'>,
  random: Random,
  purpose: StepPurpose,
  user: Pick<User, 'id' | 'email' | 'passwordHash'>,
): Promise<string> {
  const token = newOneTimeToken(random)
  const { id, email } = user
  const link = { digest: digestOf(token), purpose, userId: id, email, stamp: stampOf(purpose, user) }
  await store.links.add(link, LIFE[purpose])
  return token
}

/** Uses a step up; false when somebody was faster. */
export async function takeStep(
  store: Pick<RequestStore, 'links'>,
  { digest, purpose }: Pick<Link, 'digest' | 'purpose'>,
): Promise<boolean> {
  return (await store.links.take(digest, purpose)) !== undefined
}
