import type { Request } from 'express'
import type { z } from 'zod'
import { originOf } from '../../http/http.ts'
import { decoy, type PasskeyAnswer, readAnswer } from '../../sign-in/passkeys.ts'
import type { SecondFactor } from '../../sign-in/second-factor.ts'
import type { Factor } from '../../store/factors.ts'
import type { RequestStore, User } from '../../store/store.ts'
import { type LimitedParts, limited } from '../limited.ts'
import type { assertion } from './passkey-bodies.ts'

/** The parts that {@link acceptPasskey} works with. */
export interface PasskeyParts extends LimitedParts {
  readonly store: Pick<RequestStore, 'users' | 'factors' | 'counters'>
}

/** A sign-in whose password was right: the passkey must be one of that user. */
interface Half {
  readonly user: User
  readonly step: string
}

/** A passkey that was used, by whom. */
export interface UsedPasskey extends PasskeyAnswer {
  readonly user: User
}

/**
 * Takes the answer of a passkey, once. Without `half` the answer itself names its user, as the authenticator keeps it.
 *
 * @returns undefined when anything at all is wrong with it
 * @throws ApiError 429 `too_many_requests`
 */
export async function acceptPasskey(
  services: PasskeyParts,
  secondFactor: SecondFactor,
  req: Request,
  response: z.output<typeof assertion>,
  half: Half | undefined,
): Promise<UsedPasskey | undefined> {
  const { audit, clock, store } = services
  const { challenges, passkeys } = secondFactor
  if (!passkeys) return undefined
  const [purpose, owner] = half ? (['second-factor', half.step] as const) : (['sign-in', ''] as const)
  let user = half?.user

  const look = async (): Promise<{ answer: PasskeyAnswer; factor: Factor } | undefined> => {
    user ??= await userNamedBy(store, response.response.userHandle)
    // The same is done for nobody, for a disabled account and for a passkey that nobody has: the time tells none of it.
    const factors = await store.factors.list(user?.id ?? '')
    const isTheirs = ({ id, kind }: Factor) => kind === 'passkey' && id === response.id
    const factor = user?.disabledAt === null ? factors.find(isTheirs) : undefined
    const isGood = (challenge: string) => challenges.isGood(challenge, purpose, owner, clock())
    const answer = await readAnswer(passkeys, response, factor ?? decoy(response.id), isGood)
    // Alone it stands for two factors, so the device must have looked who holds it.
    if (factor && answer && (half || answer.verified)) return { answer, factor }
    return refused(factor?.userId)
  }
  const refused = (userId: string | undefined) => {
    audit({ event: 'factor-refused', factor: 'passkey' }, { ...(userId && { userId }), ...originOf(req) })
    return undefined
  }

  const account = half && `second factor of ${half.user.id}`
  const found = await limited(services, req, 'second-factor', account, look)
  if (!found || !user) return undefined
  const { answer, factor } = found
  // Both let one of many pass.
  const isFirst =
    (await challenges.spend(store.counters, answer.challenge)) &&
    (await store.factors.use(user.id, factor.id, {
      from: factor.counter,
      to: answer.counter,
      data: factor.data,
    }))
  return isFirst ? { ...answer, user } : refused(user.id)
}

async function userNamedBy(
  store: Pick<RequestStore, 'users'>,
  handle: string | undefined,
): Promise<User | undefined> {
  const id = Buffer.from(handle ?? '', 'base64url').toString()
  return id === '' || id.includes('\0') ? undefined : await store.users.findById(id)
}
