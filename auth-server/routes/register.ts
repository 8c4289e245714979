import type { RequestHandler } from 'express'
import { z } from 'zod'
import { json } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ApiError } from '../http/errors.ts'
import { invalidFields, originOf, readBody, sendGrant } from '../http/http.ts'
import { whyGuessable } from '../passwords/guessable.ts'
import { newPassword } from '../passwords/passwords.ts'
import { type Dependencies, newId, type Services } from '../services.ts'
import type { NewUser, Store } from '../store/store.ts'
import { email } from './email.ts'
import { personName } from './fields.ts'
import { countRegistration, limited } from './limited.ts'
import { askToVerify } from './mail/address.ts'
import { languagesOf } from './mail/mailing.ts'
import { invalidCredentials, knownFrom, signIn } from './sign-in.ts'

const registration = z.object({
  email,
  password: newPassword,
  name: personName,
})

/** Somebody who registers; the password is hashed already. */
export type Newcomer = Pick<NewUser, 'email' | 'name' | 'passwordHash'>

/** Makes a user of them; undefined when somebody has that e-mail address. */
export type CreateUser = (newcomer: Newcomer) => Promise<NewUser | undefined>

/** `POST /register`: a new user, signed in at once. */
export function registerRoute(services: Services, createUser: CreateUser): Endpoint[] {
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

/** Users of the store itself. */
export function createUserIn(store: Pick<Store, 'users'>, random: Dependencies['random']): CreateUser {
  return async (newcomer) => {
    const user: NewUser = { id: newId(random), roles: ['user'], ...newcomer }
    return (await store.users.create(user)) === 'created' ? user : undefined
  }
}
