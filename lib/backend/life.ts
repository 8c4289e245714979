import type { JsonObject } from '../gateway/json-object.ts'

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }
/** Larger numbers of seconds are moments since the epoch: as a life, thirty years. */
const FIRST_MOMENT = 1e9
/** Larger ones still are milliseconds. */
const FIRST_IN_MILLISECONDS = 1e11

/** Seconds from `now`, of a life or an end that an answer tells; undefined for anything else. */
export function secondsOf(told: unknown, now: number): number | undefined {
  if (typeof told === 'string') {
    const [, digits, unit = ''] = /^(\d+(?:\.\d+)?) ?([smhd]?)$/.exec(told) ?? []
    if (digits !== undefined) return secondsOf(Number(digits) * (UNITS[unit] ?? 1), now)
    const moment = Date.parse(told) / 1000
    return Number.isNaN(moment) ? undefined : moment - now
  }
  if (typeof told !== 'number' || !Number.isFinite(told)) return undefined
  if (told < FIRST_MOMENT) return told
  return (told < FIRST_IN_MILLISECONDS ? told : told / 1000) - now
}

/**
 * Seconds that a JWT still lives, by its `exp`; undefined when it tells none. Not more than from `iat` to `exp`, for a backend
 * whose clock is ahead.
 */
export function lifeInClaims({ iat, exp }: JsonObject, now: number): number | undefined {
  if (typeof exp !== 'number') return undefined
  return typeof iat === 'number' ? Math.min(exp - iat, exp - now) : exp - now
}
