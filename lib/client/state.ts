import type { SessionUser } from './user.ts'

/** The answer of `GET /api/session`, which a page may also hand over; times in seconds since the epoch. */
export type SessionInfo = {
  readonly user: SessionUser
  /** When the access token ends; the next request after that renews it on the way. */
  readonly expiresAt: number
  /** When the session ends for good, whatever the person does; null or absent when the backend does not tell. */
  readonly endsAt?: number | null
  /** The server's clock when it said all this. Where it is absent, the browser's clock is taken to be right. */
  readonly now?: number
}

/** `limit`: the session had reached its absolute limit. `ended`: it was ended before that, here or elsewhere. */
export type EndReason = 'limit' | 'ended'

type Known = {
  readonly user: SessionUser
  readonly expiresAt: number
  readonly endsAt: number | null
}
type Nobody = { readonly user: null; readonly expiresAt: null; readonly endsAt: null }

/**
 * The session as a tab knows it.
 * - `loading`: nobody has been asked yet;
 * - `signed-in`: `endsSoon` from `warnBefore` seconds before `endsAt`;
 * - `unreachable`: offline, or the server cannot answer: what was known last still stands, nobody is signed out;
 * - `signed-out`: the server has said so. `reason` is null when nobody had been signed in here.
 */
export type SessionState =
  | ({ readonly status: 'loading' } & Nobody)
  | ({ readonly status: 'signed-in'; readonly endsSoon: boolean } & Known)
  | ({ readonly status: 'unreachable' } & (Known | Nobody))
  | ({ readonly status: 'signed-out'; readonly reason: EndReason | null } & Nobody)

const NOBODY: Nobody = { user: null, expiresAt: null, endsAt: null }

export const LOADING: SessionState = { status: 'loading', ...NOBODY }
export const signedOut = (reason: EndReason | null): SessionState => ({
  status: 'signed-out',
  reason,
  ...NOBODY,
})
export const signedIn = ({ user, expiresAt, endsAt = null }: SessionInfo): SessionState => ({
  status: 'signed-in',
  endsSoon: false,
  user,
  expiresAt,
  endsAt,
})

/** The same person and session, but nobody can be asked about them. */
export const unreachable = ({ user, expiresAt, endsAt }: SessionState): SessionState =>
  ({ status: 'unreachable', user, expiresAt, endsAt }) as SessionState
