import type { Express, RequestHandler } from 'express'
import { z } from 'zod'
import { json } from '../body.ts'
import { ApiError } from '../errors.ts'
import { whyGuessable } from '../guessable-passwords.ts'
import { invalidFields, readBody, route, sendGrant } from '../http.ts'
import { newPassword } from '../passwords.ts'
import { newId, type Services } from '../services.ts'
import type { NewUser } from '../store/store.ts'
import { email } from './email.ts'
import { limited } from './limited.ts'
import { invalidCredentials, signIn } from './sign-in.ts'

const registration = z.object({
  email,
  password: newPassword,
  name: z
    .string('must be text')
    .trim()
    .min(1, 'must not be empty')
    .max(100, 'must have at most 100 characters')
    .regex(/^\P{Cc}*$/u, 'must not contain control characters'),
})

/** `POST /register`: a new user, signed in at once. */
export function registerRoute(app: Express, services: Services): void {
  const { passwords, random, store } = services
  const register: RequestHandler = async (req, res) => {
    const { password, ...person } = readBody(req, registration)
    const { issuer, audience } = services.settings
    const guessable = whyGuessable(password, [person.email, person.name, issuer, audience])
    if (guessable) throw invalidFields({ password: guessable })
    const user: NewUser = {
      id: newId(random),
      ...person,
      roles: ['user'],
      passwordHash: await passwords.hash(password),
    }
    // Each address that is taken tells that somebody has an account: as many failures as sign-ins from one network.
    const created = await limited(services, req, 'registration', undefined, async () =>
      (await store.users.create(user)) === 'created' ? true : undefined,
    )
    if (!created)
      throw new ApiError(409, 'email_taken', 'There is an account with this e-mail address already.')
    const grant = await signIn(services, req, user, 'registration')
    if (!grant) throw invalidCredentials()
    sendGrant(req, res, 201, grant)
  }
  route(app, '/register', { post: [json, register] })
}
