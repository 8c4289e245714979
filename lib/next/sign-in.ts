import type { GivenTokens } from '../gateway/renewal/backend.ts'
import type { SignInResult } from './begin-session.ts'
import { beginSession } from './begin-session.ts'

/** The data that a person signs in or registers with: the members that the backend asks for. */
export type Credentials = Readonly<Record<string, unknown>>

/**
 * Signs in at the backend (`POST /login`, or as the configured backend says) and sets the session's cookies. In a server action
 * or route handler. Refusals are values, not exceptions.
 *
 * @example
 * const result = await signIn({ email, password })
 * if (result.ok) redirect('/dashboard')
 */
export function signIn(credentials: Credentials): Promise<SignInResult> {
  return beginSession((calls, context) => calls.signIn?.(credentials, context))
}

/** Makes an account at the backend (`POST /register`, or as the configured backend says) and signs in to it, like {@link signIn}. */
export function register(account: Credentials): Promise<SignInResult> {
  return beginSession(async (calls, context) => {
    const answer = await calls.register?.(account, context)
    const isMade = answer?.result === 'answered' && answer.status < 400
    return isMade ? calls.signIn?.(account, context) : answer
  })
}

/**
 * Begins a session with tokens that the backend has handed out in another way: after a magic link, a passkey, a provider's SDK.
 * All cookies of the session before are replaced. In a server action or route handler.
 *
 * @example
 * const { accessToken, refreshToken } = await (await fetch(url, { method: 'POST' })).json()
 * const result = await startSession({ accessToken, refreshToken })
 */
export function startSession(tokens: GivenTokens): Promise<SignInResult> {
  return beginSession((calls, context) => calls.accept?.(tokens, context))
}
