import { createHash } from 'node:crypto'
import type { Random } from '../store/new-id.ts'
import type { Link, LinkPurpose, RequestStore, User } from '../store/store.ts'

/** How long a link is good, in milliseconds. */
export const LINK_LIFE: Readonly<Record<LinkPurpose, number>> = {
  'reset-password': 30 * 60_000,
  'verify-email': 24 * 3_600_000,
  'change-email': 60 * 60_000,
}

/** A token of 256 bits, for a mail alone: the store knows its digest. */
export function newLinkToken(random: Random): string {
  return Buffer.from(random(32)).toString('base64url')
}

/** The name of a token in the store. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/**
 * The value that a link is bound to, beside its user and its address: it is over once that has changed. A new password ends every link that was
 * asked for under the old one; another address ends those that were sent to verify the old one, or to change it.
 */
export function stampOf(purpose: LinkPurpose, user: Pick<User, 'passwordHash' | 'email'>): string {
  return digestOf(purpose === 'verify-email' ? user.email : `${user.email}\n${user.passwordHash}`)
}

/** The part of a store in which {@link readLink} looks. */
export type LinkReader = Pick<RequestStore, 'links' | 'users'>

/** A link, and the user whom it is about, as they are now. */
export interface LinkReading {
  readonly link: Link
  readonly user: User
}

/** The link that a token stands for; undefined when it is over, has been used, is for something else, or what it is bound to has changed. */
export async function readLink(
  store: LinkReader,
  token: string,
  purpose: LinkPurpose,
): Promise<LinkReading | undefined> {
  const link = await store.links.find(digestOf(token), purpose)
  const user = link && (await store.users.findById(link.userId))
  if (!user || user.disabledAt !== null || link.stamp !== stampOf(purpose, user)) return undefined
  return { link, user }
}
