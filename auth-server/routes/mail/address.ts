import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { authenticate } from '../../http/bearer.ts'
import { form, json } from '../../http/body.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import { originOf, readBody } from '../../http/http.ts'
import type { User } from '../../store/store.ts'
import { email } from '../email.ts'
import { type CountParts, countMail } from '../limited.ts'
import { type ProofParts, proveItIsThem } from '../reauthentication.ts'
import {
  type AddressBook,
  afterwards,
  invalidLink,
  type LinkParts,
  languagesOf,
  locale,
  type MailingParts,
  notify,
  presentedLink,
  sendLink,
  token,
} from './mailing.ts'

const asked = z.object({ locale })
const wanted = z.object({ email, locale })
const presented = z.object({ token, locale })

/** Sends the link by which somebody shows that their address is theirs. */
export function askToVerify(services: LinkParts, req: Request, user: User | Mailed, languages: string): void {
  afterwards(services, () => sendLink(services, req, 'verify-email', { user, to: user.email }, languages))
}

type Mailed = Pick<User, 'id' | 'name' | 'email' | 'passwordHash'>

/** The parts that these routes work with. */
export type AddressParts = MailingParts & CountParts & ProofParts

/**
 * `POST /email/verify/send` and `POST /email/verify`: the caller's address is shown to be theirs. `POST /email/change` sends a link to
 * another address, and `POST /email/change/confirm` makes that one theirs and tells the old one.
 */
export function addressRoutes(services: AddressParts, book: AddressBook): Endpoint[] {
  const { audit, store } = services

  const send: RequestHandler = async (req, res) => {
    const { user } = await authenticate(services, req)
    const body = readBody(req, asked)
    await countMail(services, req)
    if (user.verifiedAt === null) askToVerify(services, req, user, languagesOf(req, body.locale))
    res.status(202).json({})
  }

  const verify: RequestHandler = async (req, res) => {
    const body = readBody(req, presented)
    const { link, user } = await presentedLink(services, req, body.token, 'verify-email')
    if (!(await store.links.take(link.digest, link.purpose))) throw invalidLink()
    if (!(await book.markVerified(user.id, link.email))) throw invalidLink()
    audit({ event: 'email-verified' }, { userId: user.id, ...originOf(req) })
    res.status(204).end()
  }

  const change: RequestHandler = async (req, res) => {
    const caller = await authenticate(services, req)
    const body = readBody(req, wanted)
    await proveItIsThem(services, req, caller)
    await countMail(services, req)
    const languages = languagesOf(req, body.locale)
    afterwards(services, async () => {
      // Whose address that is, must show neither here nor in the time of the answer.
      const isFree = (await store.users.findByEmail(body.email)) === undefined
      const recipient = { user: isFree ? caller.user : undefined, to: body.email }
      await sendLink(services, req, 'change-email', recipient, languages)
    })
    res.status(202).json({})
  }

  const confirm: RequestHandler = async (req, res) => {
    const body = readBody(req, presented)
    const { link, user } = await presentedLink(services, req, body.token, 'change-email')
    if (!(await store.links.take(link.digest, link.purpose))) throw invalidLink()
    if ((await book.changeEmail(user.id, user.email, link.email)) !== 'changed') throw invalidLink()
    audit({ event: 'email-changed' }, { userId: user.id, ...originOf(req) })
    const details = { to: user.email, address: link.email, languages: languagesOf(req, body.locale) }
    notify(services, req, 'email-changed', user, details)
    res.status(204).end()
  }

  return [
    { name: 'sendVerification', method: 'post', path: '/email/verify/send', handlers: [json, send] },
    { name: 'verifyEmail', method: 'post', path: '/email/verify', handlers: [json, form, verify] },
    { name: 'changeEmail', method: 'post', path: '/email/change', handlers: [json, change] },
    { name: 'confirmEmail', method: 'post', path: '/email/change/confirm', handlers: [json, form, confirm] },
  ]
}
