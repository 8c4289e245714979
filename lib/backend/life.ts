import type { JsonObject } from '../gateway/json-object.ts'

/** Larger numbers of seconds are moments since the epoch: as a life, thirty years. */
const FIRST_MOMENT = 1e9
/** Larger ones still are milliseconds. */
const FIRST_IN_MILLISECONDS = 1e11

/** Seconds from `now`, of a life or an end that an answer tells; undefined for anything else. */
export function secondsOf(told: unknown, now: number): number | undefined {
  // A date has a time in it; what else `Date.parse` makes of texts differs from runtime to runtime.
  const number =
    typeof told === 'string' ? (told.includes(':') ? Date.parse(told) : Number(told || '-')) : told
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined
  if (number < FIRST_MOMENT) return number
  return (number < FIRST_IN_MILLISECONDS ? number : number / 1000) - now
}

/**
 * Seconds that a JWT still lives, by its `exp`; undefined when it tells none. Not more than from `iat` to `exp`, for a backend
 * whose clock is ahead.
 */
export function lifeInClaims({ iat, exp }: JsonObject, now: number): number | undefined {
  if (typeof exp !== 'number') return undefined
  return typeof iat === 'number' ? Math.min(exp - iat, exp - now) : exp - now
}
