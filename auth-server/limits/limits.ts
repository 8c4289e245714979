import { createHash } from 'node:crypto'
import { ApiError } from '../http/errors.ts'
import { networkOf } from '../http/network.ts'
import type { CounterStore } from '../store/store.ts'
import { CounterLimiter } from './counter-limiter.ts'
import type { Rate } from './rate.ts'
import { Turns } from './turns.ts'

/** How many tries are let pass; undefined: any number. */
export interface LimitSettings {
  /** Failed ones of one account from one address, or from one browser that is known. */
  readonly pair: Rate | undefined
  /** Failed ones from one address, whatever the accounts. */
  readonly address: Rate | undefined
  /** Failed ones of one account, from all browsers that are not known. */
  readonly account: Rate | undefined
  /** Registrations from one address, whatever becomes of them. */
  readonly registration: Rate | undefined
  /** Mails with a link to one address. */
  readonly mail: Rate | undefined
  /** Mails that are asked for from one address of the network, whomever they are for. */
  readonly mailAddress: Rate | undefined
}

/** The account whose password is tried, and the place of the try. Without an account: a registration. */
export interface Try {
  readonly account?: string
  readonly address: string
  /** A browser that has signed in to the account, or a live session of it: only its own failures count against it. */
  readonly knownAs?: string
}

/** Slows down whoever guesses passwords. Only failures count, on the store, so for all servers together. */
export interface Limits {
  /**
   * Runs `check` if more tries are allowed, and counts it when it answers undefined. Tries under way count as failures to be: those
   * that could be too many wait for them. The answer of `check` is held back if the limit was passed meanwhile at another
   * server: of many guesses at the same time no more are answered than one after the other. So it must do nothing but look.
   *
   * @throws ApiError 429 `too_many_requests` with `Retry-After`
   */
  attempt<T>(subject: Try, check: () => Promise<T | undefined>): Promise<T | undefined>
  /**
   * Counts a registration.
   *
   * @throws ApiError 429 `too_many_requests` with `Retry-After`
   */
  countRegistration(address: string): Promise<void>
  /**
   * Counts a mail that is asked for.
   *
   * @throws ApiError 429 `too_many_requests` with `Retry-After`
   */
  countMail(address: string): Promise<void>
  /** Counts a mail to an e-mail address; false when it has had enough. */
  mayMail(to: string): Promise<boolean>
}

/** See {@link Limits}. */
export function createLimits(counters: CounterStore, rates: LimitSettings): Limits {
  const limiterOf = (rate: Rate | undefined) => rate && new CounterLimiter(counters, rate)
  const limiters = {
    pair: limiterOf(rates.pair),
    address: limiterOf(rates.address),
    account: limiterOf(rates.account),
    registration: limiterOf(rates.registration),
    mail: limiterOf(rates.mail),
    mailAddress: limiterOf(rates.mailAddress),
  }
  const turns = new Turns()

  function gatesFor({ account, address, knownAs }: Try): Gate[] {
    const place = networkOf(address)
    if (account === undefined) return gates([limiters.address, 'address', place])
    // A person's usual browser is not locked out: others' failures do not count here.
    if (knownAs !== undefined)
      return gates([limiters.pair, 'pair', account, knownAs], [limiters.account, 'account', account, knownAs])
    return gates(
      [limiters.pair, 'pair', account, place],
      [limiters.address, 'address', place],
      [limiters.account, 'account', account],
    )
  }

  /** How many more failures each gate lets pass. */
  async function roomBehind(all: readonly Gate[]): Promise<number[]> {
    const counts = await Promise.all(all.map(({ limiter, key }) => limiter.get(key)))
    const waits = counts.map((count) => (count && count.remainingPoints === 0 ? count.msBeforeNext : 0))
    const longest = Math.max(0, ...waits)
    if (longest > 0) throw tooManyAttempts(longest)
    return all.map(({ limiter }, i) => counts[i]?.remainingPoints ?? limiter.points)
  }

  /** Enters once the failures so far, and the tries under way, leave room behind every gate. */
  async function takeTurn(all: readonly Gate[]): Promise<void> {
    const keys = all.map(({ key }) => key)
    let before: string | undefined
    try {
      for (;;) {
        const { answer: room, left } = await turns.reading(keys, () => roomBehind(all))
        const fullWith = (more: readonly number[]) =>
          keys.find((key, i) => turns.inside(key) + (more[i] ?? 0) >= (room[i] ?? 0))
        const full = fullWith([])
        if (full === undefined && fullWith(left) !== undefined) continue
        if (full === undefined) break
        if (before !== undefined && before !== full) turns.wakeNext(before)
        before = full
        if (!(await turns.wait(full))) throw tooManyAttempts(SOON_MS)
      }
      turns.enter(keys)
    } finally {
      if (before !== undefined) turns.wakeNext(before)
    }
  }

  async function countFailure(all: readonly Gate[]): Promise<void> {
    // One after the other: a try that one limit holds back has told nothing, and must not use up the next, which others share.
    for (const { limiter, key } of all) {
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key)
      if (consumedPoints > limiter.points) throw tooManyAttempts(msBeforeNext)
    }
  }

  async function forgive({ account, address, knownAs }: Try): Promise<void> {
    if (account === undefined || !limiters.pair) return
    const pair = keyOf('pair', account, knownAs ?? networkOf(address))
    // Reading first: most people have not failed before, and a write would cost the disk a sync.
    if (await limiters.pair.get(pair)) await limiters.pair.delete(pair)
  }

  return {
    async attempt(subject, check) {
      const all = gatesFor(subject)
      await takeTurn(all)
      try {
        const result = await check()
        if (result === undefined) {
          await countFailure(all)
          return undefined
        }
        // A registration has been made by now, and guesses nothing.
        if (subject.account !== undefined) await roomBehind(all)
        await forgive(subject)
        return result
      } finally {
        turns.leave(all.map(({ key }) => key))
      }
    },
    async countRegistration(address) {
      const [gate] = gates([limiters.registration, 'registration', networkOf(address)])
      if (gate) await countFailure([gate])
    },
    async countMail(address) {
      const [gate] = gates([limiters.mailAddress, 'mail-from', networkOf(address)])
      if (gate) await countFailure([gate])
    },
    async mayMail(to) {
      const [gate] = gates([limiters.mail, 'mail-to', to])
      if (!gate) return true
      return (await gate.limiter.penalty(gate.key)).consumedPoints <= gate.limiter.points
    },
  }
}

interface Gate {
  readonly limiter: CounterLimiter
  readonly key: string
}

function gates(...all: [limiter: CounterLimiter | undefined, ...name: string[]][]): Gate[] {
  return all.flatMap(([limiter, ...name]) => (limiter ? [{ limiter, key: keyOf(...name) }] : []))
}

/** The typed address may be a password in the wrong field, so no part of it reaches the store as it was. */
function keyOf(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** When those under way will have been answered. */
const SOON_MS = 1000

function tooManyAttempts(wait: number): ApiError {
  const seconds = Math.max(1, Math.ceil(wait / 1000))
  return new ApiError(429, 'too_many_requests', `Too many tries. Wait ${seconds} s and try again.`, {
    headers: { 'Retry-After': String(seconds) },
  })
}
