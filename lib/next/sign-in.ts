import { readSessionCookies } from '../gateway/cookies/session-cookies.ts'
import { isJsonObject } from '../gateway/json-object.ts'
import { readIssuedTokens } from '../gateway/renewal/issued-tokens.ts'
import { verifyIssued } from '../gateway/renewal/verify-issued.ts'
import { readTraceparent, traceIdOf } from '../gateway/request/traceparent.ts'
import { issueSession } from '../gateway/response/cookie-changes.ts'
import { createGatewayTokens } from '../gateway/token/gateway-token.ts'
import type { KeySet } from '../gateway/token/key-set.ts'
import { createKeySet } from '../gateway/token/key-set.ts'
import { callBackend, presentedRefreshCookie } from './backend-call.ts'
import type { CurrentRequest } from './current-request.ts'
import { currentRequest, writeCookies } from './current-request.ts'
import type { Session } from './session.ts'
import { toSession } from './session.ts'

/** `code` is the backend's own, or `temporarily_unavailable`; `fields` names what is wrong with each field. */
export type SignInError = {
  readonly code: string
  readonly message: string
  readonly fields?: Readonly<Record<string, string>>
}

/** What {@link signIn} and {@link register} answer: the session that has begun, or why there is none. */
export type SignInResult =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly error: SignInError }

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
    headers: { 'content-type': 'application/json', ...presentedRefreshCookie(request) },
    body: JSON.stringify(body),
  })
  if (!response) return UNAVAILABLE
  const text = await response.text()
  return response.ok ? accept(request, text, response.headers.getSetCookie()) : refuse(response, text)
}

const UNAVAILABLE: SignInResult = {
  ok: false,
  error: {
    code: 'temporarily_unavailable',
    message: 'Signing in is not possible right now. Please try again.',
  },
}

let keys: KeySet | undefined

async function accept(request: CurrentRequest, body: string, setCookies: string[]): Promise<SignInResult> {
  const { settings, secure, pairs } = request
  const issued = readIssuedTokens(body, setCookies, settings.clock() / 1000)
  if (!issued) return UNAVAILABLE
  keys ??= createKeySet(settings)
  const verified = await verifyIssued(
    { settings, keys, gatewayTokens: createGatewayTokens(settings) },
    issued,
  )
  if (verified.result !== 'rotated') {
    settings.onEvent({
      type: 'backend.unavailable',
      reason: verified.reason,
      traceId: traceIdOf(readTraceparent(request.headers)),
    })
    return UNAVAILABLE
  }
  const presented = readSessionCookies(pairs, settings, secure)
  const now = settings.clock() / 1000
  await writeCookies(issueSession(verified.tokens, settings, secure, presented, now), request)
  const { accessToken, userData } = issued
  return { ok: true, session: toSession({ ...verified.tokens.claims, accessToken, userData }) }
}

function refuse(response: Response, text: string): SignInResult {
  const body = parse(text)
  const code = typeof body.error === 'string' ? body.error : 'temporarily_unavailable'
  if (response.status >= 500 || typeof body.error !== 'string') return UNAVAILABLE
  const message =
    typeof body.error_description === 'string' ? body.error_description : 'Signing in did not work.'
  return { ok: false, error: { code, message, ...(isFields(body.fields) && { fields: body.fields }) } }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : {}
  } catch {
    return {}
  }
}

function isFields(value: unknown): value is Record<string, string> {
  return isJsonObject(value) && Object.values(value).every((text) => typeof text === 'string')
}
