import type { OnEvent } from '../events/events.ts'
import type { Clock } from '../platform.ts'

/** Seconds; machines that keep time by NTP differ by far less. */
const TELLING_SKEW = 10

/** The settings that watching the backend's clock needs. */
export type SkewSettings = { readonly clock: Clock; readonly onEvent: OnEvent }

/** Tells once when the backend's clock differs, by a token it has just issued, and again when that changes. */
export function createSkewWatch({ clock, onEvent }: SkewSettings): (issuedAt: number) => void {
  let told = 0
  return (issuedAt) => {
    const seconds = Math.round(clock() / 1000 - issuedAt)
    if (Math.abs(seconds - told) <= TELLING_SKEW) return
    told = seconds
    onEvent({ type: 'clock.skewed', seconds })
  }
}
