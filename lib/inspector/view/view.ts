import type { News, ProcessState, Recorded, SessionEnd, Snapshot } from '../record/recorded.ts'
import { isEnd, NEW_PROCESS } from '../record/recorded.ts'

/** The page's view of the gateway, put together from its stream. */
export type View = {
  /** Oldest first. */
  readonly events: readonly Recorded[]
  readonly ends: readonly SessionEnd[]
  readonly process: ProcessState
}

export const NOTHING_YET: View = { events: [], ends: [], process: NEW_PROCESS }

/** More than anybody scrolls through. */
const MOST_EVENTS = 200

/** Adds a stream's first message to the view. A second stream tells only new events. */
export function withSnapshot(view: View, { events, ends, process }: Snapshot): View {
  return { events: merged(view.events, events), ends: merged(view.ends, ends), process }
}

export function withNews(view: View, { recorded, process }: News): View {
  const { id, at, event } = recorded
  const ended = isEnd(event) ? [{ id, at, sid: event.sid ?? '', reason: event.reason }] : []
  return { events: merged(view.events, [recorded]), ends: merged(view.ends, ended), process }
}

function merged<Item extends { readonly id: string; readonly at: number }>(
  before: readonly Item[],
  added: readonly Item[],
): readonly Item[] {
  const known = new Set(before.map(({ id }) => id))
  const fresh = added.filter(({ id }) => !known.has(id))
  return fresh.length === 0 ? before : [...before, ...fresh].sort((a, b) => a.at - b.at).slice(-MOST_EVENTS)
}
