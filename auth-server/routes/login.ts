import type { Express, RequestHandler } from 'express'
import { z } from 'zod'
import { form, json } from '../body.ts'
import { readBody, route, sendGrant } from '../http.ts'
import type { Services } from '../services.ts'
import { email } from './email.ts'
import { invalidCredentials, signIn } from './sign-in.ts'

const credentials = z.object({
  email,
  password: z
    .string('must be text')
    .min(1, 'must not be empty')
    .max(1024, 'must have at most 1024 characters'),
})

/** `POST /login`: JSON or an HTML form. Which half of the credentials was wrong shows neither in the answer nor in its time. */
export function loginRoute(app: Express, services: Services): void {
  const { passwords, store } = services
  const login: RequestHandler = async (req, res) => {
    const { email, password } = readBody(req, credentials)
    const user = await store.users.findByEmail(email)
    const matches = await passwords.matches(user?.passwordHash, password)
    if (!user || !matches || user.disabledAt !== null) throw invalidCredentials()
    sendGrant(req, res, 200, await signIn(services, req, user, 'password'))
  }
  route(app, '/login', { post: [json, form, login] })
}
