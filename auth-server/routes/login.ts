import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import { form, json } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { originOf, readBody, sendGrant } from '../http/http.ts'
import { BusyError } from '../passwords/hashing-gate.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { findStep, takeStep } from '../sign-in/held.ts'
import { waysOf } from '../sign-in/second-factor.ts'
import { nextStep, TWO_FACTORS } from '../sign-in/steps.ts'
import type { User } from '../store/store.ts'
import { email } from './email.ts'
import { acceptCode, code, step } from './factors/code.ts'
import { afterPassword, askForSecondFactor, type StepParts, trustDevice } from './factors/sign-in-step.ts'
import { invalidCode } from './factors/step-up.ts'
import { stepIsOver } from './factors/totp.ts'
import { type LimitedParts, limited } from './limited.ts'
import { invalidCredentials, type KnownParts, knownFrom, type SignInParts, signIn } from './sign-in.ts'

/** The parts that this route works with. */
export type LoginParts = LimitedParts &
  SignInParts &
  KnownParts &
  StepParts & { readonly passwords: Passwords }

const credentials = z.object({
  email,
  password: z
    .string('must be text')
    .min(1, 'must not be empty')
    .max(1024, 'must have at most 1024 characters'),
  acrValues: z.string('must be text').max(256, 'must have at most 256 characters').optional(),
})

const secondStep = z.object({
  step,
  code,
  // An HTML form says `on`.
  trust: z.union([z.boolean(), z.enum(['on', 'true', ''])], 'must be true or false').optional(),
})

// A password that is changed, or a hash that is renewed, between the check and the session makes a second look necessary.
const MAX_ROUNDS = 3

function undefinedIfBusy(error: unknown): undefined {
  if (!(error instanceof BusyError)) throw error
}

/** `POST /login`: JSON or an HTML form. Which half of the credentials was wrong shows neither in the answer nor in its time. */
export function loginRoute(services: LoginParts): Endpoint[] {
  const { audit, passwords, secondFactor, store } = services

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

  async function withCode(req: Request, res: Response): Promise<void> {
    const { step, code, trust } = readBody(req, secondStep)
    const held = await findStep(store, step, 'second-factor')
    if (!secondFactor || !held) throw stepIsOver(401)
    const { user, link } = held
    const ways = waysOf(await store.factors.list(user.id), secondFactor)
    const kind = await acceptCode(services, secondFactor, req, user, code)
    if (!kind) throw invalidCode(401)
    const state = nextStep({ at: 'second-factor', ways }, { kind })
    // Of many with this token one goes on.
    if (state.at !== 'session' || !(await takeStep(store, link))) throw stepIsOver(401)
    const grant = await signIn(services, req, user, 'second-factor', state.amr)
    if (!grant) throw stepIsOver(401)
    const mark = knownFrom(services, req, user.email)
    if (trust) await trustDevice(services, req, user, mark)
    sendGrant(req, res, 200, grant, mark)
  }

  const login: RequestHandler = async (req, res) => {
    if (secondFactor && Object.hasOwn(req.body ?? {}, 'step')) return await withCode(req, res)
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
