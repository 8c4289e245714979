import type { IssuedTokens, RefreshContext } from './backend.ts'
import { unavailable } from './backend.ts'
import { createBoundedMap } from './bounded-map.ts'
import type { CallSettings } from './call.ts'
import { createCall, endOf } from './call.ts'
import { untilAborted, withDeadline } from './deadline.ts'
import { digestOf } from './digest.ts'
import { createGuard } from './guard.ts'
import { isMisfit } from './misfit.ts'
import type { Renewal } from './renewal.ts'
import { createSeen } from './seen.ts'
import { createSingleFlight } from './single-flight.ts'
import { createSkewWatch } from './skew.ts'
import type { Verifier, VerifierSettings } from './verify-issued.ts'
import { verifyIssued } from './verify-issued.ts'

/** A session that is to be renewed. */
export type Presented = {
  readonly refreshToken: string
  /** The session that a verified access token of the same request names; null when there is none. */
  readonly sid: string | null
  /** The look of the browser ({@link clientOf}): answers are shared among those who look alike. */
  readonly client: string
  /** The request's data for the backend. It is asked for when there is a call. */
  readonly context: () => RefreshContext
}

/** Renews a session. Never throws. */
export type Renew = (presented: Presented) => Promise<Renewal>

/** A renewal, and what it means for those who present the same token later. */
type Flown = {
  readonly renewal: Renewal
  /** Milliseconds in which stragglers are answered from memory. */
  readonly memory: number
  /** The token that takes the place of the one presented, and the key of its flight. */
  readonly child: { readonly refreshToken: string; readonly key: string } | null
}

const NO_ANSWER = unavailable('no_answer')
/** Milliseconds; longer than answers are on their way to a browser. */
const MEMORY = 10_000
/** How many remembered answers a straggler may be led through: one a token life, within the memory. */
const MAX_HOPS = 16
/** About 2.5 MB. */
const MAX_SEEN = 50_000
const MAX_HELD = 10_000
const MAX_HELD_BYTES = 16_777_216
const sizeOf = (value: object) => JSON.stringify(value).length

/** The settings that renewing needs; those of the breaker and of the backend's clock are among them. */
export type RenewalSettings = CallSettings & VerifierSettings

/** Renews sessions: one flight per refresh token, one time budget, nothing trusted before it is verified. */
export function createRenewer(verifier: Verifier & { readonly settings: RenewalSettings }): Renew {
  const { settings, keys } = verifier
  const { clock, refreshTimeout } = settings
  const call = createCall(settings, keys)
  const guard = createGuard(settings)
  const tellSkew = createSkewWatch(settings)
  /** Refresh tokens that came through here, so that their sessions are known to be real. */
  const seen = createSeen(MAX_SEEN)
  /** Tokens that could not be verified, by the name of their parent, which is never presented again. */
  const held = createBoundedMap<IssuedTokens>(MAX_HELD, MAX_HELD_BYTES)
  const flights = createSingleFlight<Flown>(clock, {
    lifeOf: ({ renewal, memory }) => (renewal.result === 'unavailable' ? 0 : memory),
    isGood: (flown) => childOf(flown) !== null,
    sizeOf,
  })

  // A remembered access token may have run out since, or the session moved on: its refresh token then leads to the newest
  // that this process knows, and no straggler sets its browser back. Undefined: this is the newest. Null: it leads nowhere.
  function childOf({ renewal, child }: Flown): Flown['child'] | undefined {
    if (renewal.result !== 'rotated') return undefined
    const hasEnded = renewal.tokens.claims.expiresAt <= clock() / 1000
    return hasEnded || (child && flights.recall(child.key)) ? child : undefined
  }

  const verify = (issued: IssuedTokens, isFresh: boolean, signal: AbortSignal): Promise<Renewal> =>
    untilAborted(verifyIssued(verifier, issued, isFresh), signal).catch(() => NO_ANSWER)

  /** Call, verify, settle. */
  async function renewOnce(presented: Presented, signal: AbortSignal): Promise<Flown> {
    const { refreshToken, sid, context } = presented
    const name = await digestOf(refreshToken)
    const session = sid ?? name
    const startedAt = clock()

    const earlier = held.get(name)
    if (earlier) {
      // The keys that verify it may have come since.
      const renewal = await verify(earlier, false, signal)
      if (renewal.result === 'rotated') {
        held.delete(name)
        guard.leave({ ticket: null, startedAt, session, isKnown: true, end: 'rotated', reason: '' })
        return land(renewal, MEMORY, presented)
      }
    }

    const isKnown = sid !== null || seen.has(name)
    const ticket = guard.enter(isKnown)
    if (!ticket)
      return land({ ...unavailable('breaker_open'), isMisfit: isMisfit(guard.openedBy()) }, 0, presented)
    const newest = earlier?.refreshToken ?? refreshToken
    const heard = await call(newest, context(), { once: ticket.isProbe, signal })
    const { answer } = heard
    if (answer.result !== 'rotated') {
      const { reason } = answer
      guard.leave({ ticket, startedAt, session, isKnown, end: endOf(heard), reason })
      if (answer.result === 'refused') held.delete(name)
      const renewal = answer.result === 'refused' ? answer : { ...answer, isMisfit: isMisfit(reason) }
      return land(renewal, MEMORY, presented)
    }

    const issued = {
      ...answer.tokens,
      refreshToken: answer.tokens.refreshToken ?? earlier?.refreshToken ?? null,
    }
    const renewal = await verify(issued, true, signal)
    const reason = renewal.result === 'rotated' ? '' : renewal.reason
    // A made-up token is not rotated.
    guard.leave({ ticket, startedAt, session, isKnown: true, end: endOf(heard, reason), reason })
    if (renewal.result === 'rotated') held.delete(name)
    else held.set(name, issued, sizeOf(issued))
    return land(renewal, Math.min(MEMORY, (answer.grace ?? MEMORY) * 1000), presented)
  }

  async function land(renewal: Renewal, memory: number, { refreshToken, client }: Presented): Promise<Flown> {
    if (renewal.result !== 'rotated') return { renewal, memory, child: null }
    tellSkew(renewal.tokens.claims.issuedAt)
    const child = renewal.tokens.issued.refreshToken ?? refreshToken
    seen.add(await digestOf(child))
    return {
      renewal: { ...renewal, memory },
      memory,
      child: child === refreshToken ? null : { refreshToken: child, key: await keyOf(child, client) },
    }
  }

  return async (presented) => {
    let { refreshToken } = presented
    let key = await keyOf(refreshToken, presented.client)
    for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
      const current = { ...presented, refreshToken }
      const flown = await flights.share(key, () =>
        withDeadline(refreshTimeout, (signal) => renewOnce(current, signal)),
      )
      const child = childOf(flown)
      if (child === undefined) return flown.renewal
      if (child === null) break
      ;({ refreshToken, key } = child)
    }
    return NO_ANSWER
  }
}

/** Those who look otherwise have a flight of their own, and the backend is told of each. */
const keyOf = (refreshToken: string, client: string) => digestOf(`${refreshToken}\n${client}`)
