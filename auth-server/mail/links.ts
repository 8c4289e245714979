import type { Link, LinkPurpose, RequestStore, StepPurpose, User } from '../store/store.ts'
import { digestOf } from '../tokens/one-time.ts'

/** How long a link is good, in milliseconds. */
export const LINK_LIFE: Readonly<Record<LinkPurpose, number>> = {
  'reset-password': 30 * 60_000,
  'verify-email': 24 * 3_600_000,
  'change-email': 60 * 60_000,
}

/**
 * The value that a link is bound to, beside its user and its address: it is over once that has changed. A new password ends every link that was
 * asked for under the old one; another address ends those that were sent to verify the old one, or to change it.
 */
export function stampOf(
  purpose: LinkPurpose | StepPurpose,
  user: Pick<User, 'passwordHash' | 'email'>,
): string {
  return digestOf(purpose === 'verify-email' ? user.email : `${user.email}\n${user.passwordHash}`)
}

/** The part of a store in which {@link readLink} looks. */
export type LinkReader = Pick<RequestStore, 'links' | 'users'>

/** A link, and the user whom it is about, as they are now. */
export interface LinkReading {
  readonly link: Link
  readonly user: User
}

/** The link, or the step of a sign-in, that a token stands for; undefined when it is over, has been used, is for something else, or what it is bound to has changed. */
export async function readLink(
  store: LinkReader,
  token: string,
  purpose: LinkPurpose | StepPurpose,
): Promise<LinkReading | undefined> {
  const link = await store.links.find(digestOf(token), purpose)
  const user = link && (await store.users.findById(link.userId))
  if (!user || user.disabledAt !== null || link.stamp !== stampOf(purpose, user)) return undefined
  return { link, user }
}
