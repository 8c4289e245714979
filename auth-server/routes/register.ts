import type { RequestHandler } from 'express'
import { z } from 'zod'
import { json } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ApiError } from '../http/errors.ts'
import { invalidFields, originOf, readBody, sendGrant } from '../http/http.ts'
import { type ServiceNames, whyGuessable } from '../passwords/guessable.ts'
import { newPassword, type Passwords } from '../passwords/passwords.ts'
import type { CreateUser } from '../users/create-user.ts'
import { email } from './email.ts'
import { personName } from './fields.ts'
import { type CountParts, countRegistration, type LimitedParts, limited } from './limited.ts'
import { askToVerify } from './mail/address.ts'
import { type AddressBook, languagesOf, type MailingParts } from './mail/mailing.ts'
import { invalidCredentials, type KnownParts, knownFrom, type SignInParts, signIn } from './sign-in.ts'

const registration = z.object({
  email,
  password: newPassword,
  name: personName,
})

/** The parts that `POST /register` works with. */
export type RegisterParts = CountParts &
  LimitedParts &
  SignInParts &
  KnownParts &
  Omit<MailingParts, 'mailer'> & {
    readonly passwords: Pick<Passwords, 'hash'>
    readonly settings: ServiceNames
    /** Undefined: no mail is sent. */
    readonly mailer?: MailingParts['mailer'] | undefined
    /** Undefined: no address is verified. */
    readonly addresses?: AddressBook | undefined
  }

/** `POST /register`: a new user, signed in at once. */
export function registerRoute(services: RegisterParts, createUser: CreateUser): Endpoint[] {
  const { audit, passwords } = services
  const register: RequestHandler = async (req, res) => {
    const { password, ...person } = readBody(req, registration)
    const { issuer, audience } = services.settings
    const guessable = whyGuessable(password, [person.email, person.name, issuer, audience])
    if (guessable) throw invalidFields({ password: guessable })
    await countRegistration(services, req)
    // Each address that is taken tells that somebody has an account: as many failures as sign-ins from one network.
    const user = await limited(services, req, 'registration', undefined, async () =>
      createUser({ ...person, passwordHash: await passwords.hash(password) }),
    )
    if (!user) throw new ApiError(409, 'email_taken', 'There is an account with this e-mail address already.')
    audit({ event: 'registered' }, { userId: user.id, ...originOf(req) })
    const { addresses, mailer } = services
    if (mailer && addresses) askToVerify({ ...services, mailer }, req, user, languagesOf(req, undefined))
    const grant = await signIn(services, req, user, 'registration')
    if (!grant) throw invalidCredentials()
    sendGrant(req, res, 201, grant, knownFrom(services, req, person.email))
  }
  return [{ name: 'register', method: 'post', path: '/register', handlers: [json, register] }]
}
