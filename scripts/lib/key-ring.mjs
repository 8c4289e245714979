/**
 * The keys of one kind, as their variable lists them: the first makes tokens, all are accepted. A staged one stands last.
 *
 * @typedef {object} KeyRing
 * @property {readonly string[]} keys
 * @property {boolean} staged the last key has not made a token yet
 * @property {number | undefined} rotatedAt when the first came first, in milliseconds since 1970
 */

/** For the restarts after a rotation: until then the key before goes on making tokens. */
const RESTART_MS = 3_600_000

/**
 * Puts a key at the end, where it is accepted and makes nothing yet. Undefined when one is staged already.
 *
 * @param {KeyRing} ring @param {string} fresh @returns {KeyRing | undefined}
 */
export function stage(ring, fresh) {
  return ring.staged ? undefined : { ...ring, keys: [...ring.keys, fresh], staged: true }
}

/**
 * Puts the staged key, or else a fresh one, in front.
 *
 * @param {KeyRing} ring @param {string} fresh @param {number} now @returns {KeyRing}
 */
export function rotate({ keys, staged }, fresh, now) {
  const next = staged ? keys.slice(-1) : [fresh]
  return { keys: [...next, ...(staged ? keys.slice(0, -1) : keys)], staged: false, rotatedAt: now }
}

/**
 * When every token of the older keys has ended; undefined when nobody knows when they were rotated.
 *
 * @param {KeyRing} ring @param {number} life of a token, in seconds
 */
export function retirableAt({ rotatedAt }, life) {
  return rotatedAt === undefined ? undefined : rotatedAt + life * 1000 + RESTART_MS
}

/** The keys that make no tokens any more. @param {KeyRing} ring */
export function olderKeys({ keys, staged }) {
  return keys.slice(1, staged ? -1 : undefined)
}

/** Leaves out the older keys. @param {KeyRing} ring @returns {KeyRing} */
export function retire(ring) {
  const older = new Set(olderKeys(ring))
  return { ...ring, keys: ring.keys.filter((key) => !older.has(key)) }
}
