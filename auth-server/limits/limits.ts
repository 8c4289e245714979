import { createHash } from 'node:crypto'
import { ApiError } from '../http/errors.ts'
import { networkOf } from '../http/network.ts'
import type { CounterStore } from '../store/store.ts'
import { CounterLimiter } from './counter-limiter.ts'
import type { Rate } from './rate.ts'

/** How many failed tries are let pass; undefined: any number. */
export interface LimitSettings {
  /** Of one account from one address. */
  readonly pair: Rate | undefined
  /** From one address, whatever the accounts. */
  readonly address: Rate | undefined
  /** Of one account, from all addresses that have never signed in to it. */
  readonly account: Rate | undefined
}

/** Whose password is tried, and from where. Without an account: a registration. */
interface Try {
  readonly account?: string
  readonly address: string
}

/** Slows down whoever guesses passwords. Only failures count, on the store, so for all servers together. */
export interface Limits {
  /**
   * Runs `check` if more tries are allowed, and counts it when it answers undefined. What it says of a password is held back if
   * the limit was passed meanwhile: of many guesses at the same time no more are answered than one after the other. So it
   * must do nothing but look.
   *
   * @throws ApiError 429 `too_many_requests` with `Retry-After`
   */
  attempt<T>(subject: Try, check: () => Promise<T | undefined>): Promise<T | undefined>
}

/** An address that has signed in to an account is let in there although others guess: nobody is locked out from home. */
const FAMILIAR_MS = 30 * 86_400_000

/** See {@link Limits}. */
export function createLimits(counters: CounterStore, rates: LimitSettings): Limits {
  const limiterOf = (rate: Rate | undefined) => rate && new CounterLimiter(counters, rate)
  const limiters = {
    pair: limiterOf(rates.pair),
    address: limiterOf(rates.address),
    account: limiterOf(rates.account),
  }

  async function gatesFor({ account, address }: Try): Promise<Gate[]> {
    const place = networkOf(address)
    if (account === undefined) return gates([limiters.address, 'address', place])
    const isFamiliar = limiters.account && (await counters.find(keyOf('familiar', account, place)))
    return gates(
      [limiters.pair, 'pair', account, place],
      [limiters.address, 'address', place],
      [isFamiliar ? undefined : limiters.account, 'account', account],
    )
  }

  async function refuseBeyond(all: readonly Gate[]): Promise<void> {
    const waits = await Promise.all(
      all.map(async ({ limiter, key }) => {
        const count = await limiter.get(key)
        return count && count.remainingPoints === 0 ? count.msBeforeNext : 0
      }),
    )
    const longest = Math.max(0, ...waits)
    if (longest > 0) throw tooManyAttempts(longest)
  }

  async function countFailure(all: readonly Gate[]): Promise<void> {
    // One after the other: a try that one limit holds back has told nothing, and must not use up the next, which others share.
    for (const { limiter, key } of all) {
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key)
      if (consumedPoints > limiter.points) throw tooManyAttempts(msBeforeNext)
    }
  }

  async function remember({ account, address }: Try): Promise<void> {
    if (account === undefined) return
    const [pair, familiar] = ['pair', 'familiar'].map((name) => keyOf(name, account, networkOf(address)))
    // Reading first: most people have not failed before, and have been here before; a write would cost the disk a sync.
    if (pair && (await limiters.pair?.get(pair))) await limiters.pair?.delete(pair)
    if (limiters.account && familiar && !(await counters.find(familiar)))
      await counters.add(familiar, 1, FAMILIAR_MS)
  }

  return {
    async attempt(subject, check) {
      const all = await gatesFor(subject)
      await refuseBeyond(all)
      const result = await check()
      if (result === undefined) {
        await countFailure(all)
        return undefined
      }
      // A registration has been made by now, and guesses nothing.
      if (subject.account !== undefined) await refuseBeyond(all)
      await remember(subject)
      return result
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

/** What is typed as an address may be a password in the wrong field: none of it reaches the store as it was. */
function keyOf(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

function tooManyAttempts(wait: number): ApiError {
  const seconds = Math.max(1, Math.ceil(wait / 1000))
  return new ApiError(429, 'too_many_requests', `Too many failed tries. Wait ${seconds} s and try again.`, {
    headers: { 'Retry-After': String(seconds) },
  })
}
