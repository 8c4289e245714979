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

/** A refresh token, its name and the key of its flight. */
type Named = { readonly refreshToken: string; readonly name: string; readonly key: string }

type Rotated = Extract<Renewal, { readonly result: 'rotated' }>

/** A renewal, and what it means for those who present the same token later. */
type Flown = {
  readonly renewal: Renewal
  /** The token that takes the place of the one presented. */
  readonly child?: Named
}

const NO_ANSWER = unavailable('no_answer')
/** Milliseconds; longer than answers are on their way to a browser. */
const MEMORY = 10_000
/** How many remembered answers a straggler may be led through: one a token life, within the memory. */
const MAX_HOPS = 16
/** About 2.5 MB. */
const MAX_SEEN = 50_000
const MAX_HELD = 10_000
/** Characters of a browser's look that tell it from others: more than any real one has. */
const MAX_LOOK = 512
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
    lifeOf: ({ renewal }) => (renewal.result === 'unavailable' ? 0 : (renewal.memory ?? MEMORY)),
    isGood: (flown) => childOf(flown) !== null,
    sizeOf,
  })

  // A remembered access token may have run out since, or the session moved on: its refresh token then leads to the newest
  // that this process knows, and no straggler sets its browser back. Undefined: this is the newest. Null: it leads nowhere.
  function childOf({ renewal, child }: Flown): Named | null | undefined {
    if (renewal.result !== 'rotated') return undefined
    const hasEnded = renewal.tokens.claims.expiresAt <= clock() / 1000
    return hasEnded || (child && flights.recall(child.key)) ? (child ?? null) : undefined
  }

  /** Call, verify, settle. */
  async function renewOnce(presented: Presented & Named, signal: AbortSignal): Promise<Flown> {
    const { refreshToken, name, sid, context } = presented
    const session = sid ?? name
    const startedAt = clock()
    // Each waits for the runtime's cryptography.
    const verify = (issued: IssuedTokens, isFresh?: boolean) =>
      Promise.all([
        untilAborted(verifyIssued(verifier, issued, isFresh), signal).catch(() => NO_ANSWER),
        named(issued.refreshToken ?? refreshToken, presented),
      ])

    const earlier = held.get(name)
    if (earlier) {
      // The keys that verify it may have come since.
      const [renewal, child] = await verify(earlier, false)
      if (renewal.result === 'rotated') {
        held.delete(name)
        guard.leave({ ticket: null, startedAt, session, isKnown: true, end: 'rotated', reason: '' })
        return land(renewal, presented, child)
      }
    }

    const isKnown = sid !== null || seen.has(name)
    const ticket = guard.enter(isKnown)
    if (!ticket) {
      const renewal = { ...unavailable('breaker_open'), isMisfit: isMisfit(guard.openedBy()) }
      return { renewal }
    }
    const newest = earlier?.refreshToken ?? refreshToken
    const heard = await call(newest, context(), { once: ticket.isProbe, signal })
    const { answer } = heard
    if (answer.result !== 'rotated') {
      const { reason } = answer
      guard.leave({ ticket, startedAt, session, isKnown, end: endOf(heard), reason })
      if (answer.result === 'refused') held.delete(name)
      const renewal = answer.result === 'refused' ? answer : { ...answer, isMisfit: isMisfit(reason) }
      return { renewal }
    }

    const issued = {
      ...answer.tokens,
      refreshToken: answer.tokens.refreshToken ?? earlier?.refreshToken ?? null,
    }
    const [renewal, child] = await verify(issued)
    const reason = renewal.result === 'rotated' ? '' : renewal.reason
    // A made-up token is not rotated.
    guard.leave({ ticket, startedAt, session, isKnown: true, end: endOf(heard, reason), reason })
    if (renewal.result !== 'rotated') {
      held.set(name, issued, sizeOf(issued))
      return { renewal }
    }
    held.delete(name)
    const memory = Math.min(MEMORY, (answer.grace ?? MEMORY) * 1000)
    return land({ ...renewal, memory }, presented, child)
  }

  function land(renewal: Rotated, { refreshToken }: Named, child: Named): Flown {
    tellSkew(renewal.tokens.claims.issuedAt)
    seen.add(child.name)
    return child.refreshToken === refreshToken ? { renewal } : { renewal, child }
  }

  return async (presented) => {
    let newest = await named(presented.refreshToken, presented)
    for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
      const current = { ...presented, ...newest }
      const flown = await flights.share(newest.key, () =>
        withDeadline(refreshTimeout, (signal) => renewOnce(current, signal)),
      )
      const child = childOf(flown)
      if (child === undefined) return flown.renewal
      if (child === null) break
      newest = child
    }
    return NO_ANSWER
  }
}

/** Those who look otherwise have a flight of their own, and the backend is told of each. */
async function named(refreshToken: string, { client }: Pick<Presented, 'client'>): Promise<Named> {
  const name = await digestOf(refreshToken)
  return { refreshToken, name, key: name + client.slice(0, MAX_LOOK) }
}
