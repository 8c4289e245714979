import type { GatewayEvent } from '../../gateway/events/events.ts'
import type { News, ProcessState, Recorded, SessionEnd, Snapshot } from './recorded.ts'
import {
  isEnd,
  isOfTheProcess,
  isOwnNoise,
  NEW_PROCESS,
  processAfter,
  STREAM_PATH,
  sidOf,
} from './recorded.ts'

/** Keeps the last events in memory, each session's for itself. */
export type Recorder = {
  /** `holder`: the session whose browser sent the request, for events that tell no session. */
  record(event: GatewayEvent, holder: string | null): void
  /** The session's person, so that its end can be told to them in a later session. */
  meet(sid: string, subject: string): void
  /** The events of a session. With `after`: the events that came after that id. */
  snapshot(sid: string, after: string | null): Snapshot
  /** Tells what comes from now on, for this session and of the process. @returns what ends it. */
  listen(sid: string, listener: (news: News) => void): () => void
}

type Options = {
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Where the inspector's own stream is. Default `/inspector/events`. */
  readonly streamPath?: string
  /** Tells the ids of one process from those of the next. */
  readonly run: string
  readonly limits?: { readonly sessions: number; readonly events: number; readonly ends: number }
}

type Kept = { readonly events: readonly Recorded[]; readonly subject: string | null }

const LIMITS = { sessions: 100, events: 200, ends: 200 }
const NOTHING: Kept = { events: [], subject: null }
/** For one person. */
const ENDS_SHOWN = 20

/** Holds no token, since events carry none. An event of a session is told to that session alone. */
export function createRecorder({ clock, run, streamPath = STREAM_PATH, limits = LIMITS }: Options): Recorder {
  const sessions = new Map<string, Kept>()
  const listeners = new Map<string, Set<(news: News) => void>>()
  let ofTheProcess: readonly Recorded[] = []
  let ends: readonly (SessionEnd & { readonly subject: string })[] = []
  let state: ProcessState = NEW_PROCESS
  let count = 0

  /** The session used last stands last, and the first is forgotten. */
  function keep(sid: string, change: (kept: Kept) => Kept): void {
    const kept = change(sessions.get(sid) ?? NOTHING)
    sessions.delete(sid)
    sessions.set(sid, kept)
    const [oldest] = sessions.keys()
    if (sessions.size > limits.sessions && oldest !== undefined) sessions.delete(oldest)
  }

  const add = <Item>(list: readonly Item[], item: Item, most: number) => [...list, item].slice(-most)

  function tell(sid: string, news: News): void {
    for (const listener of listeners.get(sid) ?? []) listener(news)
  }

  function rememberEnd({ id, at, event }: Recorded, sid: string): void {
    const subject = sessions.get(sid)?.subject
    if (!isEnd(event) || !subject) return
    ends = add(ends, { id, at, sid, reason: event.reason, subject }, limits.ends)
  }

  return {
    record(event, holder) {
      if (isOwnNoise(event, streamPath)) return
      count += 1
      const recorded: Recorded = { id: `${run}-${count}`, at: clock(), event }
      state = processAfter(state, recorded)
      const news = { recorded, process: state }
      if (isOfTheProcess(event)) {
        ofTheProcess = add(ofTheProcess, recorded, limits.events)
        for (const sid of listeners.keys()) tell(sid, news)
        return
      }
      const sid = sidOf(event) ?? holder
      if (sid === null) return
      keep(sid, (kept) => ({ ...kept, events: add(kept.events, recorded, limits.events) }))
      rememberEnd(recorded, sid)
      tell(sid, news)
    },

    meet(sid, subject) {
      if (sessions.get(sid)?.subject !== subject) keep(sid, (kept) => ({ ...kept, subject }))
    },

    snapshot(sid, after) {
      const { events, subject } = sessions.get(sid) ?? NOTHING
      const all = [...events, ...ofTheProcess].sort((a, b) => numberOf(a.id) - numberOf(b.id))
      const isOfThisRun = after !== null && after === `${run}-${numberOf(after)}`
      return {
        now: clock(),
        events: isOfThisRun ? all.filter(({ id }) => numberOf(id) > numberOf(after ?? '')) : all,
        ends: ends
          .filter((end) => end.subject === subject)
          .slice(-ENDS_SHOWN)
          .map(({ subject: _, ...end }) => end),
        process: state,
      }
    },

    listen(sid, listener) {
      const own = listeners.get(sid) ?? new Set()
      listeners.set(sid, own.add(listener))
      return () => {
        own.delete(listener)
        if (own.size === 0 && listeners.get(sid) === own) listeners.delete(sid)
      }
    },
  }
}

const numberOf = (id: string) => Number(id.slice(id.lastIndexOf('-') + 1))
