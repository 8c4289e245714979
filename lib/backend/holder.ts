import type { GatewaySettings } from '../gateway/options.ts'
import type { BackendContext, GivenTokens, IssuedTokens } from '../gateway/renewal/backend.ts'
import { untilAborted, withDeadline } from '../gateway/renewal/deadline.ts'
import type { Sealer } from '../gateway/token/sealed.ts'
import type { SignAccessToken } from '../held-session/held-keys.ts'
import type { HeldSession } from '../held-session/held-session.ts'
import { createHeldSessions, signInOf } from '../held-session/held-session.ts'
import type { PreparedCall } from './call.ts'
import { send } from './call.ts'
import type { ApiDescription } from './description.ts'
import type { Answer } from './pointer.ts'
import { claimsIn } from './pointer.ts'
import type { FoundTokens } from './tokens.ts'
import { findTokens } from './tokens.ts'
import { Unusable } from './unusable.ts'
import type { Told } from './whose.ts'
import { whoseIs } from './whose.ts'

/** A session of a described backend. */
export type ApiSession = HeldSession & {
  /** The newest access token, where the backend wants it to renew. */
  readonly accessToken?: string
  /** When the refresh token ends, in seconds since the epoch, where the backend tells. */
  readonly refreshEnds?: number
}

/** Milliseconds that a renewal waits for `me`: its tokens are there, and would be lost. */
const PATIENCE_FOR_ME = 1000
const EMPTY = { status: 200, headers: new Headers(), setCookies: [], cookies: [] }

/** Makes sessions of a backend's answers. */
export function createHolder(parts: {
  readonly description: ApiDescription
  readonly calls: { readonly refresh: PreparedCall; readonly me: PreparedCall | null }
  readonly settings: GatewaySettings
  readonly sign: SignAccessToken
  readonly sealer: Sealer
}) {
  const { description, calls } = parts
  const sessions = createHeldSessions<ApiSession>(parts)
  /** The access token itself is what renews. */
  const isSliding = Boolean(calls.refresh.accessToken && !calls.refresh.refreshToken)

  const tokensIn = (answer: Answer, call: PreparedCall, sent: string | null, now: number) =>
    findTokens(answer, { ...description.tokens, ...call.tokens }, description, sent, now)

  /** The tokens of a session that begins; undefined when the answer holds none. Throws {@link Unusable}. */
  async function begin(answer: Answer, call: PreparedCall, context: BackendContext) {
    const found = tokensIn(answer, call, null, context.now)
    return found && issue(found, answer, null, context)
  }

  /** The same of tokens that were had in another way. */
  async function accept(given: GivenTokens, context: BackendContext): Promise<IssuedTokens> {
    const { accessToken, refreshToken, expiresIn, answer: body = {} } = given
    const told = { ...EMPTY, body: { accessToken, refreshToken, expiresIn } }
    const places = { access: '/accessToken', refresh: '/refreshToken', life: '/expiresIn' } as const
    const found = findTokens(told, places, description, null, context.now)
    if (!found) throw new Unusable('malformed_answer')
    return issue(found, { ...EMPTY, body }, null, context)
  }

  /** The tokens of a renewed session. Throws {@link Unusable}. */
  async function renew(answer: Answer, before: ApiSession, context: BackendContext): Promise<IssuedTokens> {
    const sent = before.accessToken ?? (isSliding ? before.refreshToken : null)
    const found = tokensIn(answer, calls.refresh, sent, context.now)
    if (!found) throw new Unusable('malformed_answer')
    return issue(found, answer, before, context)
  }

  async function issue(
    found: FoundTokens,
    answer: Answer,
    before: ApiSession | null,
    context: BackendContext,
  ): Promise<IssuedTokens> {
    if (!(found.life >= 1)) throw new Unusable('issued_token_expired')
    const held = await hold(found, answer, before, context)
    const issued = await sessions.issue(
      held,
      { accessToken: found.access, expiresIn: found.life },
      context.now,
    )
    const { refreshEnds } = held
    return {
      ...issued,
      refreshTokenMaxAge:
        refreshEnds === undefined ? null : Math.max(1, Math.floor(refreshEnds - context.now)),
      otherCookies: answer.setCookies,
    }
  }

  async function hold(
    found: FoundTokens,
    answer: Answer,
    before: ApiSession | null,
    context: BackendContext,
  ): Promise<ApiSession> {
    const told = await whose(found.access, answer, before, context)
    const sub = told.id ?? before?.sub
    if (sub === undefined) throw told.error ?? new Unusable('no_person')
    if (before && before.sub !== sub) throw new Unusable('another_person')
    // Without a token in it, the answer has to show that it is about this session.
    if (found.isSent && told.id === undefined) throw new Unusable('malformed_answer')
    const refreshToken = isSliding ? found.access : (found.refresh ?? before?.refreshToken ?? null)
    const refreshEnds = found.refresh === undefined ? before?.refreshEnds : found.refreshEnds
    return {
      sub,
      sid: before?.sid ?? crypto.randomUUID(),
      roles: told.roles ?? before?.roles ?? [],
      userData: told.userData ?? before?.userData ?? {},
      ...signInOf({ ...before, auth_time: before?.authTime ?? Math.floor(context.now) }),
      ...signInOf(claimsIn(found.access)),
      refreshToken,
      ...(calls.refresh.accessToken && !isSliding && { accessToken: found.access }),
      ...(refreshEnds !== undefined && !isSliding && { refreshEnds }),
    }
  }

  async function whose(
    access: string,
    { body }: Answer,
    before: ApiSession | null,
    context: BackendContext,
  ): Promise<Told> {
    const sources = { claims: claimsIn(access), answer: body ?? {}, me: {} }
    const told = whoseIs(sources, description)
    if (told.id !== undefined || !calls.me) return told
    const me = await askMe(calls.me, access, before !== null, context)
    return me === undefined ? told : whoseIs({ ...sources, me }, description)
  }

  async function askMe(me: PreparedCall, access: string, isRenewal: boolean, context: BackendContext) {
    const input = { credentials: {}, accessToken: access, refreshToken: null }
    try {
      const { status, body } = await (isRenewal
        ? withDeadline(PATIENCE_FOR_ME, (signal) => untilAborted(send(me, input, context), signal))
        : send(me, input, context))
      return status < 300 ? (body ?? {}) : undefined
    } catch (error) {
      // A renewal goes on with what is known of the person.
      if (isRenewal) return undefined
      throw error
    }
  }

  return { begin, accept, renew, open: sessions.open, isSliding }
}
