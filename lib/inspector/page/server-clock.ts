/**
 * The server's time, as well as a browser can know it.
 *
 * Each page carries the server's time of its rendering. It is older by the way it travelled, and much older when the
 * router brings a page back from its cache, never newer; so the largest offset seen is the best one. Counting on the
 * monotonic clock keeps it right when somebody sets the computer's clock.
 */
let offset = Number.NEGATIVE_INFINITY

export function observeServerTime(serverNow: number): void {
  offset = Math.max(offset, serverNow - performance.now())
}

/** Milliseconds since the epoch, by the server's clock. */
export function serverNow(): number {
  return performance.now() + offset
}
