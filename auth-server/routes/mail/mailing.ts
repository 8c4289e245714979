import type { Request } from 'express'
import { z } from 'zod'
import { authenticate, type BearerParts } from '../../http/bearer.ts'
import { ApiError, serverBusy } from '../../http/errors.ts'
import { originOf } from '../../http/http.ts'
import type { Limits } from '../../limits/limits.ts'
import { LINK_LIFE, type LinkReader, type LinkReading, readLink, stampOf } from '../../mail/links.ts'
import type { MailKind } from '../../mail/mail.ts'
import type { Mailer } from '../../mail/mailer.ts'
import type { Audit } from '../../observe/audit.ts'
import type { Logger } from '../../observe/logger.ts'
import type { Random } from '../../store/new-id.ts'
import type { LinkPurpose, RequestStore, User, UserStore } from '../../store/store.ts'
import { digestOf, newOneTimeToken } from '../../tokens/one-time.ts'
import { type LimitedParts, limited } from '../limited.ts'

/** Users whose addresses can be verified and changed. */
export type AddressBook = Pick<UserStore, 'markVerified' | 'changeEmail'>

/** The parts that {@link notify} works with. */
export interface NoticeParts {
  readonly audit: Audit
  readonly logger: Logger
  readonly mailer: Mailer
}

/** The parts that {@link sendLink} works with. */
export interface LinkParts {
  readonly audit: Audit
  readonly limits: Pick<Limits, 'mayMail'>
  readonly mailer: Mailer
  readonly random: Random
  readonly store: Pick<RequestStore, 'links'>
}

/** The parts that {@link presentedLink} works with. */
export type PresentedLinkParts = BearerParts & LimitedParts & { readonly store: LinkReader }

/** All that routes with mail work with. */
export type MailingParts = NoticeParts & LinkParts & PresentedLinkParts

/** The token of a link, as the page hands it on. */
export const token = z.string('not_text').min(1, 'empty').max(200, 'too_long')

/** The languages that a person reads: what the app says, or the browser's own list. */
export const locale = z.string('not_text').max(64, 'too_long').optional()

/** @param said - `locale` of the body */
export function languagesOf(req: Request, said: string | undefined): string {
  return said ?? req.headers['accept-language'] ?? ''
}

/** Has work done once the request is answered. @throws ApiError 503 `server_busy` when too much waits */
export function afterwards({ mailer }: Pick<NoticeParts, 'mailer'>, job: () => Promise<void>): void {
  if (!mailer.later(job)) throw serverBusy()
}

/** A person, or nobody: for them the same is done, and nothing is sent. */
export interface Recipient {
  readonly user: Pick<User, 'id' | 'name' | 'email' | 'passwordHash'> | undefined
  readonly to: string
}

/**
 * Makes a link and sends it, as far as this address may have another mail now. Beyond that nothing is said: what was sent before is as
 * good, and nobody learns that it was.
 */
export async function sendLink(
  services: LinkParts,
  req: Request,
  purpose: LinkPurpose,
  { user, to }: Recipient,
  languages: string,
): Promise<void> {
  const { audit, limits, mailer, random, store } = services
  if (!(await limits.mayMail(to))) return
  const person = user ?? NOBODY
  const secret = newOneTimeToken(random)
  const life = LINK_LIFE[purpose]
  const link = {
    digest: digestOf(secret),
    purpose,
    userId: person.id,
    email: to,
    stamp: stampOf(purpose, person),
  }
  await store.links.add(link, life)
  const mail = mailer.write(purpose, person, { to, token: secret, life, languages })
  if (!user) return
  const subject = { userId: user.id, ...originOf(req) }
  mailer.sometime(async () => {
    await mailer.send(mail)
    audit({ event: 'mail-sent', mail: purpose }, subject)
  })
}

const NOBODY = { id: '', name: '', email: '', passwordHash: '' }

/** Sends a message that has no link. */
export function notify(
  services: NoticeParts,
  req: Request,
  mail: Exclude<MailKind, LinkPurpose>,
  user: Pick<User, 'id' | 'name' | 'email'>,
  details: { to?: string; address?: string; languages: string },
): void {
  const { audit, mailer } = services
  const origin = originOf(req)
  const taken = mailer.later(async () => {
    await mailer.send(mailer.write(mail, user, details))
    audit({ event: 'mail-sent', mail }, { userId: user.id, ...origin })
  })
  if (!taken) services.logger.error({ mail, userId: user.id }, 'a mail was given up')
}

/**
 * The link that a presented token stands for. Failures count, for the network they come from.
 *
 * @throws ApiError 400 `invalid_link`, whatever is wrong with it; also for somebody who is signed in as another person; 429
 */
export async function presentedLink(
  services: PresentedLinkParts,
  req: Request,
  presented: string,
  purpose: LinkPurpose,
): Promise<LinkReading> {
  const read = async () => {
    const reading = await readLink(services.store, presented, purpose)
    const isAnothers =
      reading && req.headers.authorization !== undefined && !(await isCaller(services, req, reading.user.id))
    return isAnothers ? undefined : reading
  }
  const reading = await limited(services, req, 'mail-link', undefined, read)
  if (!reading) throw invalidLink()
  return reading
}

async function isCaller(services: BearerParts, req: Request, userId: string): Promise<boolean> {
  try {
    return (await authenticate(services, req)).user.id === userId
  } catch (error) {
    // A session that has ended meanwhile is nobody's.
    if (error instanceof ApiError) return true
    throw error
  }
}

/** One answer for every link that is not good: it tells nothing of accounts. */
export function invalidLink(): ApiError {
  return new ApiError(400, 'invalid_link', 'This link is not good any more. Ask for another one.')
}
