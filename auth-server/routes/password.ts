import type { RequestHandler } from 'express'
import { z } from 'zod'
import { authenticate, type BearerParts } from '../http/bearer.ts'
import { json } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ApiError } from '../http/errors.ts'
import { invalidFields, readBody, sendGrant } from '../http/http.ts'
import { type ServiceNames, whyGuessable } from '../passwords/guessable.ts'
import { newPassword, type Passwords } from '../passwords/passwords.ts'
import type { RequestStore } from '../store/store.ts'
import { type LimitedParts, limited } from './limited.ts'
import { languagesOf, type NoticeParts, notify } from './mail/mailing.ts'
import { type SignInParts, signIn } from './sign-in.ts'

/** The parts that this route works with. */
export type PasswordParts = BearerParts &
  LimitedParts &
  SignInParts &
  Omit<NoticeParts, 'mailer'> & {
    readonly store: RequestStore
    readonly passwords: Pick<Passwords, 'matches' | 'hash'>
    readonly settings: ServiceNames
    /** Undefined: no mail is sent. */
    readonly mailer?: NoticeParts['mailer'] | undefined
  }

const change = z.object({
  current: z.string('not_text').min(1, 'empty').max(1024, 'too_long'),
  next: newPassword,
})

/**
 * `POST /password`: changes the caller's password, ends every session of theirs, this one too, and begins a new one: who has copied
 * the old one's tokens has nothing left (ASVS 7.2.4, 7.4.3).
 */
export function passwordRoute(services: PasswordParts): Endpoint[] {
  const { audit, passwords, store } = services
  const changePassword: RequestHandler = async (req, res) => {
    const { user, sid, origin } = await authenticate(services, req)
    const { current, next } = readBody(req, change)
    const { issuer, audience } = services.settings
    const guessable = whyGuessable(next, [user.email, user.name, issuer, audience])
    if (guessable) throw invalidFields({ next: guessable })
    const subject = { userId: user.id, ...origin }
    const check = async () => {
      if (await passwords.matches(user.passwordHash, current)) return true
      audit({ event: 'password-refused', at: 'password-change' }, subject)
      return undefined
    }
    const matches = await limited(services, req, 'password-change', user.email, check, sid)
    const passwordHash = matches && (await passwords.hash(next))
    const changed =
      passwordHash && (await store.users.replacePasswordHash(user.id, user.passwordHash, passwordHash))
    if (!changed) throw new ApiError(401, 'invalid_credentials', 'The current password is wrong.')
    audit({ event: 'password-changed', sid }, subject)
    const { mailer } = services
    if (mailer)
      notify({ ...services, mailer }, req, 'password-changed', user, {
        languages: languagesOf(req, undefined),
      })
    const count = await store.sessions.revokeAll(user.id, 'password-changed')
    if (count > 0) audit({ event: 'sessions-ended', reason: 'password-changed', count }, subject)
    await store.factors.removeAll(user.id, 'trusted-device')
    const grant = await signIn(services, req, { ...user, passwordHash }, 'password-change')
    // Disabled, or changed again, in this very moment.
    if (!grant) throw new ApiError(401, 'invalid_token', 'The session has ended: sign in again.')
    sendGrant(req, res, 200, grant)
  }
  return [{ name: 'password', method: 'post', path: '/password', handlers: [json, changePassword] }]
}
