import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { form, json } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { originOf, readBody, sendGrant } from '../http/http.ts'
import { BusyError } from '../passwords/hashing-gate.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { TWO_FACTORS } from '../sign-in/steps.ts'
import type { User } from '../store/store.ts'
import { email } from './email.ts'
import { laterSteps } from './factors/later-steps.ts'
import { afterPassword, askForSecondFactor, type StepParts } from './factors/sign-in-step.ts'
import { type LimitedParts, limited } from './limited.ts'
import { invalidCredentials, type KnownParts, knownFrom, type SignInParts, signIn } from './sign-in.ts'

/** The parts that this route works with. */
export type LoginParts = LimitedParts &
  SignInParts &
  KnownParts &
  StepParts & { readonly passwords: Passwords }

const credentials = z.object({
  email,
  password: z.string('not_text').min(1, 'empty').max(1024, 'too_long'),
  acrValues: z.string('not_text').max(256, 'too_long').optional(),
})

// A password that is changed, or a hash that is renewed, between the check and the session makes a second look necessary.
const MAX_ROUNDS = 3

function undefinedIfBusy(error: unknown): undefined {
  if (!(error instanceof BusyError)) throw error
}

/** `POST /login`: JSON or an HTML form. Which half of the credentials was wrong shows neither in the answer nor in its time. */
export function loginRoute(services: LoginParts): Endpoint[] {
  const { audit, passwords, secondFactor, store } = services
  const goOn = secondFactor && laterSteps(services, secondFactor)

  /** The user if the password is theirs and they may sign in, with a hash of today's parameters. */
  async function verify(req: Request, email: string, password: string): Promise<User | undefined> {
    const user = await store.users.findByEmail(email)
    // A disabled user costs what nobody costs: time must not tell that the password was right.
    const mayEnter = user?.disabledAt === null
    const matches = await passwords.matches(mayEnter ? user.passwordHash : undefined, password)
    if (mayEnter && matches) return await withFreshHash(user, password)
    const subject = { ...(user && { userId: user.id }), ...originOf(req) }
    audit({ event: 'password-refused', at: 'sign-in' }, subject)
    return undefined
  }

  async function withFreshHash(user: User, password: string): Promise<User> {
    if (!passwords.isOutdated(user.passwordHash)) return user
    const passwordHash = await passwords.hash(password).catch(undefinedIfBusy)
    // It is as good at the next sign-in.
    if (passwordHash === undefined) return user
    const replaced = await store.users.replacePasswordHash(user.id, user.passwordHash, passwordHash)
    return replaced ? { ...user, passwordHash } : user
  }

  const login: RequestHandler = async (req, res) => {
    if (await goOn?.(req, res)) return
    const { email, password, acrValues } = readBody(req, credentials)
    const wanted = acrValues?.split(' ').includes(TWO_FACTORS) ? TWO_FACTORS : undefined
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const user = await limited(services, req, 'sign-in', email, () => verify(req, email, password))
      if (!user) break
      const state = await afterPassword(services, req, user, wanted)
      if (state.at === 'second-factor') throw await askForSecondFactor(services, user, state.ways)
      if (state.at !== 'session') break
      const grant = await signIn(services, req, user, 'password', state.amr)
      if (grant) return sendGrant(req, res, 200, grant, knownFrom(services, req, email))
    }
    throw invalidCredentials()
  }
  return [{ name: 'login', method: 'post', path: '/login', handlers: [json, form, login] }]
}
