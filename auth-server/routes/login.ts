import type { Express, Request, RequestHandler } from 'express'
import { z } from 'zod'
import { form, json } from '../body.ts'
import { originOf, readBody, route, sendGrant } from '../http.ts'
import type { Services } from '../services.ts'
import type { User } from '../store/store.ts'
import type { Grant } from '../tokens/grant.ts'
import { email } from './email.ts'
import { limited } from './limited.ts'
import { invalidCredentials, signIn } from './sign-in.ts'

const credentials = z.object({
  email,
  password: z
    .string('must be text')
    .min(1, 'must not be empty')
    .max(1024, 'must have at most 1024 characters'),
})

// A password that is changed, or a hash that is renewed, between the check and the session makes a second look necessary.
const MAX_ROUNDS = 3

/** `POST /login`: JSON or an HTML form. Which half of the credentials was wrong shows neither in the answer nor in its time. */
export function loginRoute(app: Express, services: Services): void {
  const { audit, passwords, store } = services

  async function tryOnce(
    req: Request,
    email: string,
    password: string,
  ): Promise<Grant | 'again' | undefined> {
    const user = await store.users.findByEmail(email)
    const matches = await passwords.matches(user?.passwordHash, password)
    if (!user || !matches || user.disabledAt !== null) {
      const subject = { ...(user && { userId: user.id }), ...originOf(req) }
      audit({ event: 'password-refused', at: 'sign-in' }, subject)
      return undefined
    }
    const passwordHash = await freshHash(user, password)
    if (passwordHash === undefined) return 'again'
    return (await signIn(services, req, { ...user, passwordHash }, 'password')) ?? 'again'
  }

  /** The user's hash, made anew when its parameters are not today's; undefined when somebody else was faster. */
  async function freshHash({ id, passwordHash }: User, password: string): Promise<string | undefined> {
    if (!passwords.isOutdated(passwordHash)) return passwordHash
    const fresh = await passwords.hash(password)
    return (await store.users.replacePasswordHash(id, passwordHash, fresh)) ? fresh : undefined
  }

  const login: RequestHandler = async (req, res) => {
    const { email, password } = readBody(req, credentials)
    const grant = await limited(services, req, 'sign-in', email, async () => {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const result = await tryOnce(req, email, password)
        if (result !== 'again') return result
      }
      return undefined
    })
    if (!grant) throw invalidCredentials()
    sendGrant(req, res, 200, grant)
  }
  route(app, '/login', { post: [json, form, login] })
}
