import type { GatewaySettings, HoldingBackend } from '../gateway/options.ts'
import type { Backend, BackendCalls } from '../gateway/renewal/backend.ts'
import { unavailable } from '../gateway/renewal/backend.ts'
import { createSealer, secretsOf } from '../gateway/token/sealed.ts'
import { createHeldKeys } from '../held-session/held-keys.ts'
import type { PreparedCall } from './call.ts'
import { headersFor, prepare, resolveTexts, send } from './call.ts'
import type { ApiDescription, Call } from './description.ts'
import { createHolder } from './holder.ts'
import { createRefresh } from './refresh.ts'
import { reasonOf } from './unusable.ts'

/** Two thirds of what the cookies of a session may have. */
const SEALED_BYTES = 8192
/** The purpose that sessions of described backends are sealed for. */
export const SEALED_FOR = 'evergate backend'

/** A described backend at work, with the gateway's settings. @throws {GatewayError} `invalid_option` */
export function openBackend(
  description: ApiDescription,
  settings: GatewaySettings,
): ReturnType<HoldingBackend['open']> {
  const {
    baseUrl = settings.remoteApi,
    authorize = 'bearer',
    headers = {},
    trailingSlash = false,
  } = description
  const gatewaySecrets = secretsOf(settings)
  const keys = createHeldKeys(gatewaySecrets)
  const made = (call: Call | string, defaults?: Partial<Call>) =>
    prepare(call, description, baseUrl.replace(/\/+$/, ''), defaults)
  const calls = {
    signIn: made(description.signIn),
    register: description.register === undefined ? null : made(description.register),
    refresh: made(description.refresh, refreshDefaults(description.refresh)),
    signOut: description.signOut ? made(description.signOut, signOutDefaults(description)) : null,
    me: description.me === undefined ? null : made(description.me, { method: 'GET', accessToken: authorize }),
  }
  const apiHeaders = resolveTexts(headers)
  const holder = createHolder({
    description,
    calls,
    settings,
    sign: keys.sign,
    sealer: createSealer(settings, SEALED_FOR),
  })

  const begin =
    (call: PreparedCall): BackendCalls['signIn'] =>
    async (credentials, context) => {
      try {
        const answer = await send(call, { credentials, accessToken: null, refreshToken: null }, context)
        const { status, body } = answer
        // A form of a web page is answered with a redirect.
        const tokens = status < 400 ? await holder.begin(answer, call, context) : undefined
        if (tokens) return { result: 'begun', tokens }
        return {
          result: 'answered',
          status: status < 400 && description.refused?.(status, body) ? 401 : status,
          body,
        }
      } catch (error) {
        return unavailable(reasonOf(error))
      }
    }

  const backend: Backend = {
    refresh: createRefresh({ description, call: calls.refresh, holder }),
    signIn: begin(calls.signIn),
    ...(calls.register && { register: begin(calls.register) }),
    async accept(tokens, context) {
      try {
        return { result: 'begun', tokens: await holder.accept(tokens, context) }
      } catch (error) {
        return unavailable(reasonOf(error))
      }
    },
    async signOut({ refreshToken, accessToken }, context) {
      if (!calls.signOut) return null
      const held = refreshToken === null ? null : await holder.open(refreshToken)
      try {
        const input = {
          credentials: {},
          accessToken: accessToken ?? held?.accessToken ?? null,
          refreshToken: held?.refreshToken ?? null,
        }
        const { status } = await send(calls.signOut, input, context)
        return status < 400 ? null : `status_${status}`
      } catch (error) {
        return reasonOf(error)
      }
    },
    authorize: (accessToken) => ({ ...apiHeaders, ...headersFor(accessToken, authorize) }),
    trailingSlash,
  }
  // Sealed, a token of the usual limit has more.
  const maxRefreshTokenBytes = Math.max(settings.maxRefreshTokenBytes, SEALED_BYTES)
  return { backend, keys, gatewaySecrets, maxRefreshTokenBytes }
}

/** A refresh token has to travel somehow. */
function refreshDefaults(call: Call | string): Partial<Call> {
  const isTold = typeof call !== 'string' && (call.refreshToken || call.accessToken || call.body)
  return isTold ? {} : { refreshToken: 'body:refreshToken' }
}

function signOutDefaults({ signOut, authorize = 'bearer' }: ApiDescription): Partial<Call> {
  const isTold = typeof signOut === 'object' && (signOut.refreshToken || signOut.accessToken)
  return isTold ? {} : { accessToken: authorize }
}
