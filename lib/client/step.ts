import type { SessionInfo, SessionState } from './state.ts'
import { LOADING, signedIn, signedOut, unreachable } from './state.ts'

/** The messages between tabs. They tell nothing about the person: a tab that hears one asks the server. */
export type News = 'signed-in' | 'renewed' | 'ended' | 'unavailable'

export type Event =
  | { readonly type: 'tick' | 'shown' | 'hidden' | 'restored' | 'online' | 'offline' }
  /** The server told, with a page or with a renewal's refusal; null: nobody is signed in. */
  | { readonly type: 'told'; readonly session: SessionInfo | null }
  /** The server answered this tab's question. */
  | { readonly type: 'answered'; readonly session: SessionInfo | null }
  /** It could not. */
  | { readonly type: 'unanswered' }
  /** Another request of this tab went through with the session, which was renewed on the way or not. */
  | { readonly type: 'reached' | 'renewed' }
  | { readonly type: 'heard'; readonly news: News }

/** All that a tab goes by; times in milliseconds by its own clock. */
export type Tab = {
  readonly state: SessionState
  /** How far the server's clock is ahead. */
  readonly offset: number
  /** Whether the server is to be asked again. */
  readonly need: 'none' | 'when-shown' | 'now'
  /** The question on its way; what was learned meanwhile makes its answer `outdated`. */
  readonly question: 'none' | 'open' | 'outdated'
  readonly isShown: boolean
  readonly isOffline: boolean
  readonly notBefore: number
  readonly lastSeen: number
}

export type Step = {
  readonly tab: Tab
  readonly ask: boolean
  readonly tell: News | null
  /** Milliseconds until the next `tick`; null for a tab that nobody looks at. */
  readonly tickIn: number | null
}

export const newTab = (): Tab => ({
  state: LOADING,
  offset: 0,
  need: 'now',
  question: 'none',
  isShown: true,
  isOffline: false,
  notBefore: 0,
  // No time yet: Next prerenders no component that asks for it.
  lastSeen: Infinity,
})

const HEARTBEAT = 30_000
/** A heartbeat that comes so late has slept through. */
const SLEPT = 2 * HEARTBEAT
/** Past the limit, so that clocks which round apart do not make the question come too early. */
const AFTER_LIMIT = 1000

/**
 * A tab's reaction to an event: pure, total. It never asks on its own while the person is away, so that an idle session
 * still runs out, and nothing but the server's word makes anybody signed out.
 *
 * @param warnBefore seconds before the absolute limit from which the session ends soon.
 */
export function step(before: Tab, event: Event, now: number, warnBefore: number): Step {
  const slept = before.isShown && now - before.lastSeen > SLEPT
  const woken = slept ? lookAgain(before, now) : before
  const heeded = { ...heed(woken, event, now), lastSeen: now }
  const { tab, due } = watchLimit(heeded, now, warnBefore)
  const wanted = tab.need === 'now' || (tab.isShown && (tab.need === 'when-shown' || due))
  const waits = tab.question !== 'none' || tab.isOffline || (now < tab.notBefore && tab.need !== 'now')
  const ask = wanted && !waits
  return {
    tab: { ...tab, state: same(before.state, tab.state), ...(ask && { need: 'none', question: 'open' }) },
    ask,
    tell: newsOf(before, event, tab),
    tickIn: tab.isShown ? nextTick(tab, now, warnBefore) : null,
  }
}

function heed(tab: Tab, event: Event, now: number): Tab {
  switch (event.type) {
    case 'tick':
      return tab
    case 'hidden':
      return { ...tab, isShown: false }
    case 'shown':
      return lookAgain({ ...tab, isShown: true }, now)
    case 'restored':
      return { ...tab, isShown: true, need: 'when-shown' }
    case 'online':
      return lookAgain({ ...tab, isOffline: false, notBefore: 0 }, now)
    case 'offline':
      return { ...tab, isOffline: true, state: withoutAnswer(tab.state) }
    case 'told':
      return learn({ ...tab, question: outdate(tab) }, event.session, now)
    case 'answered':
      return tab.question === 'outdated'
        ? { ...tab, question: 'none', need: 'now' }
        : learn({ ...tab, question: 'none' }, event.session, now, tab.need)
    case 'unanswered':
      return {
        ...tab,
        question: 'none',
        need: 'when-shown',
        state: withoutAnswer(tab.state),
        notBefore: now + HEARTBEAT,
      }
    case 'reached':
      return tab.state.status === 'unreachable' ? { ...tab, need: 'now' } : tab
    case 'renewed':
      return { ...tab, need: 'now' }
    case 'heard':
      return hear(tab, event.news)
  }
}

function hear(tab: Tab, news: News): Tab {
  const isOut = tab.state.status === 'signed-out'
  if (news === 'signed-in') return isOut ? { ...tab, need: 'now', question: outdate(tab) } : tab
  if (isOut || news === 'unavailable') return tab
  return { ...tab, need: news === 'ended' || tab.need === 'now' ? 'now' : 'when-shown' }
}

/** For somebody who comes back: what is known may have changed if it could, or had to, meanwhile. */
function lookAgain(tab: Tab, now: number): Tab {
  const { status, expiresAt } = tab.state
  const isOld = expiresAt !== null && now + tab.offset >= expiresAt * 1000
  return status === 'unreachable' || isOld ? { ...tab, need: 'when-shown' } : tab
}

function learn(tab: Tab, session: SessionInfo | null, now: number, need: Tab['need'] = 'none'): Tab {
  const learned = { ...tab, need, notBefore: 0 }
  if (!session) return { ...learned, need: 'none', state: signedOutFrom(tab, now) }
  const offset = session.now === undefined ? tab.offset : session.now * 1000 - now
  const state = signedIn(session)
  const isOver = state.endsAt !== null && now + offset >= state.endsAt * 1000
  return { ...learned, offset, state, notBefore: isOver ? now + HEARTBEAT : 0 }
}

function signedOutFrom({ state, offset }: Tab, now: number): SessionState {
  if (state.status === 'signed-out') return state
  if (state.user === null) return signedOut(null)
  return signedOut(state.endsAt !== null && now + offset >= state.endsAt * 1000 ? 'limit' : 'ended')
}

const withoutAnswer = (state: SessionState) =>
  state.status === 'signed-out' || state.status === 'unreachable' ? state : unreachable(state)

const outdate = ({ question }: Tab) => (question === 'none' ? 'none' : 'outdated')

function watchLimit(tab: Tab, now: number, warnBefore: number): { tab: Tab; due: boolean } {
  const { state } = tab
  if (state.status !== 'signed-in' || state.endsAt === null) return { tab, due: false }
  const left = state.endsAt * 1000 - now - tab.offset
  const endsSoon = left <= warnBefore * 1000
  const due = left <= -AFTER_LIMIT && now >= tab.notBefore
  return { tab: endsSoon === state.endsSoon ? tab : { ...tab, state: { ...state, endsSoon } }, due }
}

/** The object that is known already, where nothing has changed: who compares them need not look again. */
const same = (before: SessionState, after: SessionState) =>
  JSON.stringify(before) === JSON.stringify(after) ? before : after

function newsOf({ state: before }: Tab, { type }: Event, { state: after }: Tab): News | null {
  if (type === 'renewed') return 'renewed'
  if (before.status !== 'signed-out' && after.status === 'signed-out') return 'ended'
  const isNew = before.status === 'loading' || (type === 'told' && before.user?.id !== after.user?.id)
  return isNew && after.status === 'signed-in' ? 'signed-in' : null
}

function nextTick({ state, offset, need, notBefore }: Tab, now: number, warnBefore: number): number {
  const ends = state.status === 'signed-in' && state.endsAt !== null ? state.endsAt * 1000 - offset : 0
  const moments = [ends - warnBefore * 1000, ends + AFTER_LIMIT, need === 'none' ? 0 : notBefore]
  return Math.min(HEARTBEAT, ...moments.filter((moment) => moment > now).map((moment) => moment - now))
}
