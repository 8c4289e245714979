import type { Random } from '../store/new-id.ts'
import type { CounterStore } from '../store/store.ts'
import { equalTexts, mac, toKey } from '../tokens/mac.ts'
import { digestOf } from '../tokens/one-time.ts'

/** The act that a challenge is for: the first three are answered by a passkey, the last by a code of a new app. */
type ChallengePurpose = 'set-up' | 'sign-in' | 'second-factor' | 'set-up-totp'

/** Challenges (of passkeys: WebAuthn 13.4.3): short-lived, for one purpose, and good once. */
export interface Challenges {
  /** @param owner - the user, or the step, that it is for; empty for anybody */
  make(purpose: ChallengePurpose, owner: string, now: number): string
  /** Whether this server has made it for this, and it is young enough. */
  isGood(challenge: string, purpose: ChallengePurpose, owner: string, now: number): boolean
  /** Uses it up; false when it was used before. Of many at the same time one gets it. */
  spend(counters: Pick<CounterStore, 'add'>, challenge: string): Promise<boolean>
}

const MINUTE = 60_000
// An app may have to be installed first.
const LIFE_MS = {
  'set-up': 5 * MINUTE,
  'sign-in': 5 * MINUTE,
  'second-factor': 5 * MINUTE,
  'set-up-totp': 15 * MINUTE,
}

/*
 * version . end . random . key number . MAC. Nothing is stored until it is used, so that asking for many fills no store.
 */
const FORMAT = /^c1\.(\d{1,15})\.[\w-]{22}\.([\w-]{8})\.([\w-]{43})$/

/** @param secrets - newest first. Challenges are made with the first and known by all. */
export function createChallenges(secrets: readonly [string, ...string[]], random: Random): Challenges {
  const newest = toKey(secrets[0])
  const byNumber = new Map(secrets.map(toKey).map((key) => [key.number, key]))
  const bound = (body: string, purpose: ChallengePurpose, owner: string) => `${body} ${purpose} ${owner}`
  return {
    make(purpose, owner, now) {
      const body = `c1.${now + LIFE_MS[purpose]}.${Buffer.from(random(16)).toString('base64url')}.${newest.number}`
      return `${body}.${mac(newest, bound(body, purpose, owner))}`
    },
    isGood(challenge, purpose, owner, now) {
      const [, end, number = '', presented] = FORMAT.exec(challenge) ?? []
      const key = byNumber.get(number)
      if (!key || !presented || Number(end) <= now) return false
      const body = challenge.slice(0, challenge.lastIndexOf('.'))
      return equalTexts(presented, mac(key, bound(body, purpose, owner)))
    },
    async spend(counters, challenge) {
      // Twice the longest life: clocks of servers may differ.
      const { points } = await counters.add(`challenge ${digestOf(challenge)}`, 1, 2 * LIFE_MS['set-up-totp'])
      return points === 1
    },
  }
}
