/** A visitor's view of one try of a request. */
export type Sighting =
  | { readonly got: 'nothing'; readonly because: string }
  | {
      readonly got: 'answer'
      readonly status: number
      /** The header `x-session`; null: what answered was no gateway. */
      readonly session: string | null
      /** Where redirects have led. */
      readonly path: string
      /** Whom the answer shows. */
      readonly people: readonly string[]
      /** Whether the answer is one that shows who is signed in. */
      readonly isPersonal: boolean
      /** The jar's content afterwards. */
      readonly refreshToken: string | undefined
      readonly milliseconds: number
    }

/** Judges a sighting of the visitor `who`. */
export type Verdict = 'fine' | 'again' | 'lost' | 'foreign' | 'nameless' | 'server-error'

/** Judges one sighting. Pure and total. */
export function judge(seen: Sighting, who: string): Verdict {
  if (seen.got === 'nothing') return 'again'
  const { status, session, path, people, isPersonal, refreshToken } = seen
  if (people.some((person) => person !== who)) return 'foreign'
  if (status === 500) return 'server-error'
  const isSignedOut =
    session === 'ended' || session === 'anonymous' || status === 401 || path === '/login' || !refreshToken
  if (isSignedOut) return 'lost'
  if (status !== 200) return 'again'
  return isPersonal && people.length === 0 ? 'nameless' : 'fine'
}

/** How a token that should no longer be taken fared. */
export type Attack = {
  readonly taken: 'accepted' | 'refused' | 'unanswered'
  /** Whether the session's newest token was still good afterwards. */
  readonly session: 'revoked' | 'alive' | 'unanswered'
}

/** How a session fared that was ended while its access token was good. Milliseconds after its end. */
export type Leaving = {
  /** The last time at which a gateway has served it; 0: never. */
  readonly servedUntil: number
  /** When every gateway had refused it; null: one never did. */
  readonly refusedAfter: number | null
}

/** How somebody fared who went on with a copied cookie jar. */
export type Theft = {
  readonly by: 'stranger' | 'look-alike'
  readonly copied: 'bound' | 'before the binding'
  readonly whom: string
  /** The last time at which a gateway has served it, in milliseconds after the copy; 0: never. */
  readonly servedUntil: number
  /** Answers to the copied refresh cookie. */
  readonly atAuthServer: { readonly accepted: number; readonly refused: number }
}

export type Ledger = {
  noteTheft(theft: Theft): void
  noteLeaving(leaving: Leaving): void
  /** Notes one try and says what it means. */
  note(who: string, seen: Sighting): Verdict
  noteAttack(attack: Attack): void
  /** A visitor whose request was never answered. */
  noteUnanswered(who: string): void
  totals(): Totals
}

export type Totals = {
  readonly tries: number
  readonly answers: number
  /** Tries that got no answer, by reason. */
  readonly nothing: ReadonlyMap<string, number>
  readonly bySession: ReadonlyMap<string, number>
  readonly byStatus: ReadonlyMap<number, number>
  /** Different refresh tokens that reached a jar. */
  readonly renewals: number
  /** Of each answer, ascending. */
  readonly milliseconds: readonly number[]
  /** The faults, with the visitor's name. */
  readonly lost: readonly string[]
  readonly foreign: readonly string[]
  readonly nameless: readonly string[]
  readonly serverErrors: readonly string[]
  readonly unanswered: readonly string[]
  readonly attacks: readonly Attack[]
  /** Sessions that were ended meanwhile. */
  readonly leavings: readonly Leaving[]
  /** Cookie jars that were copied. */
  readonly thefts: readonly Theft[]
}

/** Keeps count of everything that was seen. `signedInWith`: the refresh tokens that are there before the storm. */
export function openLedger(signedInWith: Iterable<string> = []): Ledger {
  const nothing = new Map<string, number>()
  const bySession = new Map<string, number>()
  const byStatus = new Map<number, number>()
  const known = new Set(signedInWith)
  const before = known.size
  const milliseconds: number[] = []
  const attacks: Attack[] = []
  const leavings: Leaving[] = []
  const thefts: Theft[] = []
  const wrong = { lost: [], foreign: [], nameless: [], 'server-error': [] } as Record<string, string[]>
  const unanswered: string[] = []
  let tries = 0

  return {
    note(who, seen) {
      tries += 1
      if (seen.got === 'nothing') count(nothing, seen.because)
      else {
        count(bySession, seen.session ?? 'none')
        count(byStatus, seen.status)
        milliseconds.push(seen.milliseconds)
        if (seen.refreshToken) known.add(seen.refreshToken)
      }
      const verdict = judge(seen, who)
      wrong[verdict]?.push(`${who}: ${inShort(seen)}`)
      return verdict
    },
    noteTheft: (theft) => void thefts.push(theft),
    noteLeaving: (leaving) => void leavings.push(leaving),
    noteAttack: (attack) => void attacks.push(attack),
    noteUnanswered: (who) => void unanswered.push(who),
    totals: () => ({
      tries,
      answers: milliseconds.length,
      nothing,
      bySession,
      byStatus,
      renewals: known.size - before,
      milliseconds: milliseconds.toSorted((a, b) => a - b),
      lost: wrong.lost ?? [],
      foreign: wrong.foreign ?? [],
      nameless: wrong.nameless ?? [],
      serverErrors: wrong['server-error'] ?? [],
      unanswered,
      attacks,
      leavings,
      thefts,
    }),
  }
}

function inShort(seen: Sighting): string {
  if (seen.got === 'nothing') return seen.because
  const { status, session, path, people, refreshToken } = seen
  return `${status}, x-session ${session}, ${path}, shows ${people.join(' ') || 'nobody'}, jar ${refreshToken ? 'has' : 'lost'} the refresh token`
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
