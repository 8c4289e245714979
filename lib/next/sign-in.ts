import { callBackend } from './backend-call.ts'
import { currentRequest } from './current-request.ts'
import type { SignInResult } from './issued-session.ts'
import { takeIssuedSession } from './issued-session.ts'
import { cookiesForSignIn } from './known-device.ts'

/**
 * Signs in at the backend (`POST /login`) and sets the session's cookies. In a server action or route handler.
 * Refusals are values, not exceptions.
 *
 * @example
 * const result = await signIn({ email, password })
 * if (result.ok) redirect('/dashboard')
 */
export function signIn(credentials: {
  readonly email: string
  readonly password: string
}): Promise<SignInResult> {
  return startSession('/login', credentials)
}

/** Makes an account at the backend (`POST /register`) and signs in to it, like {@link signIn}. */
export function register(account: {
  readonly email: string
  readonly password: string
  readonly name: string
}): Promise<SignInResult> {
  return startSession('/register', account)
}

async function startSession(path: '/login' | '/register', body: object): Promise<SignInResult> {
  const request = await currentRequest()
  const response = await callBackend(request, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...cookiesForSignIn(request) },
    body: JSON.stringify(body),
  })
  return takeIssuedSession(request, response)
}
