import type { RequestHandler } from 'express'
import { z } from 'zod'
import { form, json } from '../../http/body.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import { invalidFields, originOf, readBody } from '../../http/http.ts'
import { type ServiceNames, whyGuessable } from '../../passwords/guessable.ts'
import { newPassword, type Passwords } from '../../passwords/passwords.ts'
import type { RequestStore } from '../../store/store.ts'
import { email } from '../email.ts'
import { type CountParts, countMail } from '../limited.ts'
import {
  type AddressBook,
  afterwards,
  invalidLink,
  languagesOf,
  locale,
  type MailingParts,
  notify,
  presentedLink,
  sendLink,
  token,
} from './mailing.ts'

const forgotten = z.object({ email, locale })
const chosen = z.object({ token, password: newPassword, locale })

/** The parts that these routes work with. */
export type ResetParts = MailingParts &
  CountParts & {
    readonly store: Pick<RequestStore, 'factors'>
    readonly passwords: Pick<Passwords, 'hash'>
    readonly settings: ServiceNames
  }

/**
 * `POST /password/forgot` sends a link to whoever has this address; it answers before anything is looked up, so neither answer nor time
 * tells whether somebody has. `POST /password/reset` sets a new password with the token of that link, and ends every session.
 */
export function resetRoutes(services: ResetParts, book: AddressBook | undefined): Endpoint[] {
  const { audit, passwords, settings, store } = services

  const forgot: RequestHandler = async (req, res) => {
    const body = readBody(req, forgotten)
    await countMail(services, req)
    const languages = languagesOf(req, body.locale)
    afterwards(services, async () => {
      const user = await store.users.findByEmail(body.email)
      const known = user?.disabledAt === null ? user : undefined
      await sendLink(services, req, 'reset-password', { user: known, to: body.email }, languages)
    })
    res.status(202).json({})
  }

  const reset: RequestHandler = async (req, res) => {
    const body = readBody(req, chosen)
    const { link, user } = await presentedLink(services, req, body.token, 'reset-password')
    const guessable = whyGuessable(body.password, [user.email, user.name, settings.issuer, settings.audience])
    if (guessable) throw invalidFields({ password: guessable })
    const passwordHash = await passwords.hash(body.password)
    // Of many with this token one goes on; and no password that was set meanwhile is overwritten.
    if (!(await store.links.take(link.digest, link.purpose))) throw invalidLink()
    if (!(await store.users.replacePasswordHash(user.id, user.passwordHash, passwordHash)))
      throw invalidLink()
    const subject = { userId: user.id, ...originOf(req) }
    audit({ event: 'password-reset' }, subject)
    const count = await store.sessions.revokeAll(user.id, 'password-reset')
    if (count > 0) audit({ event: 'sessions-ended', reason: 'password-reset', count }, subject)
    await store.factors.removeAll(user.id, 'trusted-device')
    // The link came to this address.
    if (user.email === link.email) await book?.markVerified(user.id, link.email)
    notify(services, req, 'password-changed', user, { languages: languagesOf(req, body.locale) })
    res.status(204).end()
  }

  return [
    { name: 'forgotPassword', method: 'post', path: '/password/forgot', handlers: [json, form, forgot] },
    { name: 'resetPassword', method: 'post', path: '/password/reset', handlers: [json, form, reset] },
  ]
}
