import * as oauth from 'oauth4webapi'
import { parseCookieHeader } from '../gateway/cookies/header.ts'
import { clearCookie, cookieName } from '../gateway/cookies/session-cookies.ts'
import { formatSetCookie, withoutRepeats } from '../gateway/cookies/set-cookie.ts'
import { clearTimers } from '../gateway/device/timer-cookies.ts'
import { verifyIssued } from '../gateway/renewal/verify-issued.ts'
import { readTraceparent, traceIdOf } from '../gateway/request/traceparent.ts'
import { issueSession } from '../gateway/response/cookie-changes.ts'
import { safeReturnTo } from '../gateway/response/return-to.ts'
import { signInPathFor } from '../gateway/response/sign-in-path.ts'
import type { Attempt } from './attempt.ts'
import { findAttempt, keepAttempt } from './attempt.ts'
import { tellFailure } from './failure.ts'
import type { Parts } from './routes-parts.ts'
import { appUrl, callOf, isSecure, presentedCookies, problem, redirect } from './routes-parts.ts'
import { markOver } from './sign-out.ts'
import { authorizationParameters, isSufficient, requiredBy } from './step-up.ts'
import { askUserInfo } from './user-info.ts'

/** OpenID Connect Core Error Code unmet_authentication_requirements 1.0. */
const UNMET = 'unmet_authentication_requirements'

const DEFAULT_SCOPE = 'openid profile email'

const redirectUri = ({ options }: Parts) => `${options.url}/callback`

/** Sends the browser to the provider (OpenID Connect Core 1.0, 3.1.2.1, with PKCE, RFC 7636). */
export async function beginSignIn(request: Request, parts: Parts): Promise<Response> {
  // A prefetch nobody followed would leave an attempt behind.
  if (/prefetch/.test(`${request.headers.get('sec-purpose')}${request.headers.get('purpose')}`))
    return problem(400, 'no_prefetch')
  const { options, provider, sealer, settings } = parts
  const server = await provider.discover(callOf(parts)).catch((error) => {
    tellFailure(parts, 'signin', error, request)
    return null
  })
  const { searchParams } = new URL(request.url)
  const returnTo = safeReturnTo(searchParams.get('returnTo'))
  const required = requiredBy(searchParams)
  if (!server?.authorization_endpoint) return failed('temporarily_unavailable', parts, request, { returnTo })
  const attempt: Attempt = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    returnTo,
    required,
  }
  const url = new URL(server.authorization_endpoint)
  const parameters = {
    scope: DEFAULT_SCOPE,
    ...(options.scope && { scope: options.scope }),
    ...options.parameters,
    ...authorizationParameters(required),
    client_id: options.clientId,
    response_type: 'code',
    redirect_uri: redirectUri(parts),
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const secure = isSecure(request, parts)
  return redirect(url.href, await keepAttempt(attempt, request, secure, sealer, settings.clock() / 1000))
}

/** Exchanges the code for tokens, and begins the session. */
export async function finishSignIn(request: Request, parts: Parts): Promise<Response> {
  const { settings, sealer, sessions } = parts
  const now = settings.clock() / 1000
  const secure = isSecure(request, parts)
  const { searchParams } = new URL(request.url)
  const found = await findAttempt(searchParams.get('state') ?? '', request, secure, sealer, now)
  if (!found) return failed('sign_in_expired', parts, request)
  const { returnTo } = found.attempt
  try {
    const answer = await exchange(searchParams, found.attempt, parts)
    const idToken = oauth.getValidatedIdTokenClaims(answer) ?? {}
    if (!isSufficient(idToken, found.attempt.required, settings.clock() / 1000))
      return failed(UNMET, parts, request, { returnTo, setCookies: [found.clear] })
    const info = await askUserInfo(answer, request, parts)
    const issued = await sessions.issue(answer, null, settings.clock() / 1000, info)
    const verified = await verifyIssued(parts, issued)
    if (verified.result !== 'rotated') {
      settings.onEvent({
        type: 'backend.unavailable',
        reason: verified.reason,
        traceId: traceIdOf(readTraceparent(request.headers)),
      })
      return failed('temporarily_unavailable', parts, request, { returnTo, setCookies: [found.clear] })
    }
    const presented = presentedCookies(request, parts)
    const changes = [
      // A session without a refresh token must not go on with that of the one before it.
      ...clearCookie(cookieName('refreshToken', settings, secure), presented.names),
      ...clearTimers(parseCookieHeader(request.headers.get('cookie'))),
      ...issueSession(verified.tokens, settings, secure, presented, settings.clock() / 1000),
      ...(await markOver(presented, secure, parts, verified.tokens.claims.sid)),
    ]
    const setCookies = withoutRepeats(changes, settings).map((change) =>
      formatSetCookie(change, { ...settings, secure }),
    )
    const location = appUrl(parts, `${settings.basePath}${returnTo}`)
    return redirect(location, [found.clear, ...setCookies])
  } catch (error) {
    const reason = codeOf(error)
    const traceId = traceIdOf(readTraceparent(request.headers))
    if (reason === UNKNOWN) tellFailure(parts, 'callback', error, request, searchParams.get('code') ?? '')
    settings.onEvent({ type: 'backend.unavailable', reason, traceId })
    return failed(reason, parts, request, { returnTo, setCookies: [found.clear] })
  }
}

async function exchange(
  callback: URLSearchParams,
  { state, nonce, verifier }: Attempt,
  parts: Parts,
): Promise<oauth.TokenEndpointResponse> {
  const { provider } = parts
  const { client } = provider
  const call = callOf(parts)
  const server = await provider.discover(call)
  const parameters = oauth.validateAuthResponse(server, client, callback, state)
  const authentication = await provider.authenticate()
  const request = await provider.tokenRequestOptions(call)
  const ask = () =>
    oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      parameters,
      redirectUri(parts),
      verifier,
      request,
    )
  const read = (response: Response) =>
    oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    })
  try {
    return await read(await ask())
  } catch (error) {
    // RFC 9449 8: the server has not used the code up, only told its nonce.
    if (!oauth.isDPoPNonceError(error)) throw error
    return read(await ask())
  }
}

/** To the sign-in page, with a word for what went wrong. */
function failed(
  error: string,
  parts: Parts,
  { headers }: Request,
  { returnTo = '/', setCookies = [] }: { returnTo?: string; setCookies?: readonly string[] } = {},
): Response {
  const { settings } = parts
  const signIn = signInPathFor(settings, { pathname: returnTo, search: '', headers })
  const location = `${settings.basePath}${signIn}?error=${encodeURIComponent(error)}`
  return redirect(appUrl(parts, location), setCookies)
}

const UNKNOWN = 'sign_in_failed'

/** The provider's code if it is one of RFC 6749 4.1.2.1, 5.2; never its text. */
function codeOf(error: unknown): string {
  const code =
    error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError
      ? error.error
      : ''
  return /^[\w.-]{1,64}$/.test(code) ? code : UNKNOWN
}
