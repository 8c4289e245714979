import type { Clock } from '../platform.ts'
import type { Renewal } from './renewal.ts'

/** The parts of a presented session that this file looks at. */
type Presented = { readonly refreshToken: string; readonly client: string }
type Rotated = Extract<Renewal, { readonly result: 'rotated' }>

/** An answer whose child no browser has presented since. */
type Undelivered = {
  readonly renewal: Rotated
  readonly child: string
  readonly client: string
  /** When it was asked for, in milliseconds: the flight's own memory ends later, so that no parent falls between the two. */
  readonly at: number
  /** How often the parent came when the child should have. */
  late: number
}

/**
 * Milliseconds in which a parent may come again by itself: requests are under way together, and answers take their time. A shorter
 * memory ends earlier, since the backend takes the parent for a theft from then on. A strict backend has none: there it is these.
 */
const ON_ITS_WAY = 10_000
/** So many late parents are no lost answer any more. */
const TELLING = 2
/** Seconds that an access token must have left. */
const LEAST_LEFT = 1
const MAX_REMEMBERED = 1000

/**
 * The net under paths that drop cookies and that nobody foresaw. A child that was answered and never presented, while its parent
 * keeps coming from the same client, has not reached the browser: the parent is answered with the child, and with the
 * children of that one, for as long as they live. So the backend never sees a parent twice. One process remembers 1,000 such answers.
 */
export function createDeliveryWatch<Session extends Presented>(
  renew: (session: Session) => Promise<Renewal>,
  clock: Clock,
) {
  /** By parent; what was used last stands last. */
  const undelivered = new Map<string, Undelivered>()
  const parents = new Map<string, string>()

  function forget(parent: string): void {
    parents.delete(undelivered.get(parent)?.child ?? '')
    undelivered.delete(parent)
  }

  function remember({ refreshToken, client }: Session, renewal: Renewal, at: number): void {
    if (renewal.result === 'refused') forget(refreshToken)
    const child = renewal.result === 'rotated' ? renewal.tokens.issued.refreshToken : null
    if (renewal.result !== 'rotated' || child === null || child === refreshToken) return
    const known = undelivered.get(refreshToken)
    if (known?.child === child && known.client === client) return
    forget(refreshToken)
    undelivered.set(refreshToken, { renewal, child, client, at, late: 0 })
    parents.set(child, refreshToken)
    for (const [oldest] of undelivered) {
      if (undelivered.size <= MAX_REMEMBERED) break
      forget(oldest)
    }
  }

  /** The answer to a parent that comes too late to be a straggler. */
  function recall({ refreshToken, client }: Session): Undelivered | undefined {
    const known = undelivered.get(refreshToken)
    if (known?.client !== client || clock() - known.at <= (known.renewal.memory || ON_ITS_WAY))
      return undefined
    undelivered.delete(refreshToken)
    undelivered.set(refreshToken, known)
    return known
  }

  function newestAfter(known: Undelivered): Undelivered {
    const next = undelivered.get(known.child)
    return next?.client === known.client ? newestAfter(next) : known
  }

  async function renewAndRemember(session: Session): Promise<Renewal> {
    const at = clock()
    const renewal = await renew(session)
    remember(session, renewal, at)
    return renewal
  }

  return {
    /** A browser presents this refresh token, so it was delivered. */
    noteDelivered(refreshToken: string | undefined): void {
      const parent = refreshToken === undefined ? undefined : parents.get(refreshToken)
      if (parent !== undefined) forget(parent)
    },
    /** Renews like `renew`. `tell` is called when it has become clear that answers do not arrive. */
    async renew(session: Session, tell: (sid: string) => void): Promise<Renewal> {
      const known = recall(session)
      if (!known) return renewAndRemember(session)
      known.late += 1
      if (known.late === TELLING) tell(known.renewal.tokens.claims.sid)
      const { renewal, child } = newestAfter(known)
      const left = renewal.tokens.claims.expiresAt - clock() / 1000
      return left > LEAST_LEFT ? renewal : renewAndRemember({ ...session, refreshToken: child })
    },
  }
}
