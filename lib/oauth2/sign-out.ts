import * as oauth from 'oauth4webapi'
import { parseCookieHeader } from '../gateway/cookies/header.ts'
import type { CookieChange, PresentedCookies } from '../gateway/cookies/session-cookies.ts'
import { formatSetCookie } from '../gateway/cookies/set-cookie.ts'
import { plainRefreshToken } from '../gateway/device/bound-session.ts'
import { clearTimers } from '../gateway/device/timer-cookies.ts'
import { readTraceparent, traceIdOf } from '../gateway/request/traceparent.ts'
import { clearSession, issueMark } from '../gateway/response/cookie-changes.ts'
import { tellEnded } from '../gateway/signal/ended.ts'
import { readAccessToken } from '../gateway/token/access-token.ts'
import { signSignedOutMark } from '../gateway/token/signed-out.ts'
import { tellFailure } from './failure.ts'
import type { Parts } from './routes-parts.ts'
import { appUrl, callOf, isSecure, presentedCookies, redirect } from './routes-parts.ts'

/**
 * Ends the session here, revokes its refresh token (RFC 7009), and sends the browser to the provider's own sign-out
 * (OpenID Connect RP-Initiated Logout 1.0). No `id_token_hint`: the ID token would have to be kept in the browser's
 * cookies for this alone; with `client_id` the provider asks the person once.
 */
export async function signOut(request: Request, parts: Parts): Promise<Response> {
  const { settings, sessions, options, provider } = parts
  const presented = presentedCookies(request, parts)
  const secure = isSecure(request, parts)
  const { refreshToken } = presented.values
  const plain = await plainRefreshToken(refreshToken, settings)
  const held = plain === undefined ? null : await sessions.open(plain)
  const server = await provider.discover(callOf(parts)).catch((error) => {
    tellFailure(parts, 'signout', error, request)
    return null
  })
  if (server && held?.refreshToken) await revoke(server, held.refreshToken, request, parts)

  const changes = [
    ...clearSession(settings, secure, presented),
    ...clearTimers(parseCookieHeader(request.headers.get('cookie'))),
    ...(await markOver(presented, secure, parts)),
  ]
  const signedOutUrl = options.signedOutUrl ?? appUrl(parts, settings.basePath || '/')
  const location = server?.end_session_endpoint
    ? withParameters(server.end_session_endpoint, {
        client_id: options.clientId,
        post_logout_redirect_uri: signedOutUrl,
      })
    : signedOutUrl
  return redirect(
    location,
    changes.map((change) => formatSetCookie(change, { ...settings, secure })),
  )
}

/**
 * Tells everybody that the session which a browser comes with is over, unless it is the session `next`: an answer to it that is already
 * under way must not bring it back.
 */
export async function markOver(
  presented: PresentedCookies,
  secure: boolean,
  { settings, keys, gatewayTokens }: Parts,
  next?: string,
): Promise<readonly CookieChange[]> {
  const now = settings.clock() / 1000
  const token = await readAccessToken(presented.values.accessToken, { ...settings, keys }, now)
  const over = 'claims' in token ? token.claims : null
  if (!over || over.sid === next) return []
  tellEnded(({ sid }) => sid === over.sid)
  return issueMark(await signSignedOutMark(gatewayTokens, over, now), settings, secure, presented)
}

/** A provider that cannot be reached keeps nobody signed in here. */
async function revoke(
  server: oauth.AuthorizationServer,
  token: string,
  request: Request,
  parts: Parts,
): Promise<void> {
  const { provider, settings } = parts
  if (!server.revocation_endpoint) return
  try {
    const how = provider.requestOptions(callOf(parts))
    const authentication = await provider.authenticate()
    const response = await oauth.revocationRequest(server, provider.client, authentication, token, {
      ...how,
      additionalParameters: { token_type_hint: 'refresh_token' },
    })
    await oauth.processRevocationResponse(response)
  } catch (error) {
    tellFailure(parts, 'revocation', error, request, token)
    const traceId = traceIdOf(readTraceparent(request.headers))
    settings.onEvent({ type: 'backend.unavailable', reason: 'revocation_failed', traceId })
  }
}

function withParameters(address: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}
