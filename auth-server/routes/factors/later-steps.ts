import type { Request, Response } from 'express'
import { z } from 'zod'
import { readBody, sendGrant } from '../../http/http.ts'
import { readLink } from '../../mail/links.ts'
import { takeStep } from '../../sign-in/held.ts'
import { type SecondFactor, waysOf } from '../../sign-in/second-factor.ts'
import { nextStep, type SignInState, START } from '../../sign-in/steps.ts'
import type { User } from '../../store/store.ts'
import type { LimitedParts } from '../limited.ts'
import { type KnownParts, knownFrom, type SignInParts, signIn } from '../sign-in.ts'
import { acceptCode, code, step } from './code.ts'
import { assertion } from './passkey-bodies.ts'
import { acceptPasskey } from './passkey-sign-in.ts'
import { invalidPasskey } from './passkeys.ts'
import { type StepParts, trustDevice } from './sign-in-step.ts'
import { invalidCode } from './step-up.ts'
import { stepIsOver } from './totp.ts'

/** The parts that the steps after the password work with. */
type LaterParts = LimitedParts & SignInParts & KnownParts & StepParts

// An HTML form says `on`.
const trust = z.union([z.boolean(), z.enum(['on', 'true', ''])], 'invalid').optional()
type Trust = z.infer<typeof trust>

const secondStep = z.object({ step, code, trust })
const passkeyStep = z.object({ step: step.optional(), passkey: assertion, trust })

const has = (req: Request, member: string) => Object.hasOwn(req.body ?? {}, member)

/**
 * The steps of `POST /login` without a password: a code, or a passkey, for the half-finished sign-in that `step` names; a passkey alone.
 *
 * @returns answers such a request; false, and nothing done, for any other
 */
export function laterSteps(
  services: LaterParts,
  secondFactor: SecondFactor,
): (req: Request, res: Response) => Promise<boolean> {
  const { store } = services

  async function withCode(req: Request, res: Response): Promise<void> {
    const { step, code, trust } = readBody(req, secondStep)
    const held = await readLink(store, step, 'second-factor')
    if (!held) throw stepIsOver(401)
    const { user, link } = held
    const factors = await store.factors.list(user.id)
    const ways = waysOf(factors, secondFactor)
    const kind = await acceptCode(services, secondFactor, req, user, factors, code)
    if (!kind) throw invalidCode(401)
    const state = nextStep({ at: 'second-factor', ways }, { kind })
    // Of many with this token one goes on.
    if (state.at !== 'session' || !(await takeStep(store, link))) throw stepIsOver(401)
    await begin(req, res, user, 'second-factor', state.amr, trust)
  }

  async function withPasskey(req: Request, res: Response): Promise<void> {
    const { step, passkey, trust } = readBody(req, passkeyStep)
    const held = step === undefined ? undefined : await readLink(store, step, 'second-factor')
    if (step !== undefined && !held) throw stepIsOver(401)
    const half = held && step !== undefined ? { user: held.user, step } : undefined
    const used = await acceptPasskey(services, secondFactor, req, passkey, half)
    if (!used) throw invalidPasskey(401)
    const { user, verified, key } = used
    const ways = held ? waysOf(await store.factors.list(user.id), secondFactor) : []
    const before: SignInState = held ? { at: 'second-factor', ways } : START
    const state = nextStep(before, { kind: 'passkey', verified, key })
    if (state.at !== 'session' || (held && !(await takeStep(store, held.link)))) throw stepIsOver(401)
    await begin(req, res, user, held ? 'second-factor' : 'passkey', state.amr, held && trust)
  }

  /** Begins the session of somebody who has shown all that it takes. */
  async function begin(
    req: Request,
    res: Response,
    user: User,
    by: 'second-factor' | 'passkey',
    amr: readonly string[],
    trust: Trust,
  ): Promise<void> {
    const grant = await signIn(services, req, user, by, amr)
    if (!grant) throw stepIsOver(401)
    const mark = knownFrom(services, req, user.email)
    if (trust) await trustDevice(services, req, user, mark)
    sendGrant(req, res, 200, grant, mark)
  }

  return async (req, res) => {
    if (secondFactor.passkeys && has(req, 'passkey')) await withPasskey(req, res)
    else if (has(req, 'step')) await withCode(req, res)
    else return false
    return true
  }
}
