import * as oauth from 'oauth4webapi'
import type { Backend, BackendContext, RefreshAnswer } from '../gateway/renewal/backend.ts'
import { lost, unavailable } from '../gateway/renewal/backend.ts'
import { wantedPause } from '../gateway/renewal/cookie-backend.ts'
import { failureEvent } from '../gateway/renewal/failure.ts'
import { wasNotSent } from '../gateway/renewal/unsent.ts'
import { traceIdOf } from '../gateway/request/traceparent.ts'
import { createSealer } from '../gateway/token/sealed.ts'
import { sharedFlight } from '../held-session/shared-flight.ts'
import type { ProviderSession } from './held-session.ts'
import { createSessions, PURPOSE } from './held-session.ts'
import type { OAuth2Options } from './options.ts'
import { settingsOf } from './options.ts'
import { createProvider } from './provider.ts'

/**
 * A backend that renews sessions at an authorization server (RFC 6749 6). Only `invalid_grant` ends a session: a wrong
 * client secret signs nobody out. A call that may have reached the server is not repeated, because a server that rotates
 * without a grace would take the second for theft.
 *
 * @throws {GatewayError} `invalid_option`
 * @example middleware.ts
 * export const middleware = createGateway({ backend: oauth2Backend(provider) })
 */
export function oauth2Backend(options: OAuth2Options): Backend {
  const settings = settingsOf(options)
  const sealer = createSealer(settings, PURPOSE)
  const sessions = createSessions(options, settings, sealer)
  const provider = createProvider(options, settings.clock)
  const { store, isEnded } = options

  async function ask(
    held: ProviderSession & { refreshToken: string },
    context: BackendContext,
  ): Promise<RefreshAnswer> {
    const tell = (error: unknown) =>
      settings.onEvent(
        failureEvent(error, held.refreshToken, traceIdOf(context.traceparent), 'oauth2Backend: '),
      )
    const server = await provider.discover(context).catch(tell)
    if (!server) return unavailable('discovery_failed')
    const [authentication, request] = await Promise.all([
      provider.authenticate(),
      provider.tokenRequestOptions(context),
    ])
    for (let isFirst = true; ; isFirst = false) {
      let response: Response
      try {
        const { client } = provider
        response = await oauth.refreshTokenGrantRequest(
          server,
          client,
          authentication,
          held.refreshToken,
          request,
        )
      } catch (error) {
        return wasNotSent(error) ? unavailable('no_answer') : lost('no_answer')
      }
      if (response.status === 429 || response.status === 503) return busy(response, context.now)
      try {
        const answer = await oauth.processRefreshTokenResponse(server, provider.client, response)
        return { result: 'rotated', tokens: await sessions.issue(answer, held, context.now) }
      } catch (error) {
        // RFC 9449 8: the server has done nothing yet but tell its nonce.
        if (isFirst && oauth.isDPoPNonceError(error)) continue
        const code = codeOf(error)
        if (code === 'invalid_grant') return { result: 'refused', reason: code }
        if (code) return { ...lost(code), alive: response.status < 500 }
        // Code of the app's, or an answer of another shape.
        if (response.ok) tell(error)
        return lost(response.ok ? 'malformed_answer' : `status_${response.status}`)
      }
    }
  }

  return {
    async refresh({ refreshToken }, context) {
      const held = await sessions.open(refreshToken)
      if (!held || held.refreshToken === null) return { result: 'refused', reason: 'invalid_refresh_token' }
      const { sub, sid, providerSid, beganAt = null } = held
      if (await isEnded?.({ sub, sid, providerSid, beganAt }))
        return { result: 'refused', reason: 'session_revoked' }
      const presented = { ...held, refreshToken: held.refreshToken }
      const work = () => ask(presented, context)
      return store ? sharedFlight({ store, sealer, settings }, refreshToken, context.signal, work) : work()
    },
  }
}

function busy({ status, headers }: Response, now: number): RefreshAnswer {
  return { ...unavailable(`status_${status}`), ...wantedPause(headers, now) }
}

/** RFC 6749 5.2; one word, since it ends in logs. */
function codeOf(error: unknown): string | undefined {
  return error instanceof oauth.ResponseBodyError && /^[\w.-]{1,64}$/.test(error.error)
    ? error.error
    : undefined
}
