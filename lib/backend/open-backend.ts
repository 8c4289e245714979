import type { GatewaySettings, HoldingBackend } from '../gateway/options.ts'
import type { Backend, BackendCalls, BackendContext, SignInAnswer } from '../gateway/renewal/backend.ts'
import { unavailable } from '../gateway/renewal/backend.ts'
import { createHeldKeys } from '../held-session/held-keys.ts'
import { createSealer, secretsOf } from '../held-session/sealed.ts'
import type { PreparedCall } from './call.ts'
import { headersFor, prepare, resolveTexts, send } from './call.ts'
import type { ApiDescription, Call, CallInput } from './description.ts'
import { createHolder, Unusable } from './holder.ts'
import type { Answer } from './pointer.ts'
import { createRefresh } from './refresh.ts'
import { codeIn, fieldsIn, messageIn } from './words.ts'

const NO_INPUT: CallInput = { credentials: {}, accessToken: null, refreshToken: null }

/** A described backend at work, with the gateway's settings. @throws {GatewayError} `invalid_option` */
export function openBackend(
  description: ApiDescription,
  settings: GatewaySettings,
): ReturnType<HoldingBackend['open']> {
  const { baseUrl = settings.remoteApi, authorize = 'bearer', headers = {} } = description
  const gatewaySecrets = secretsOf(settings)
  const keys = createHeldKeys(gatewaySecrets)
  const made = (call: Call | string, defaults: Partial<Call> = {}) =>
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
    sealer: createSealer(settings, 'evergate backend'),
  })

  /** A call that begins a session. */
  async function begin(call: PreparedCall, credentials: object, context: BackendContext) {
    try {
      const answer = await send(call, { ...NO_INPUT, credentials }, context)
      return await readSignIn(answer, call, context)
    } catch (error) {
      return failed(error)
    }
  }

  async function readSignIn(
    answer: Answer,
    call: PreparedCall,
    context: BackendContext,
  ): Promise<SignInAnswer> {
    const { status, body } = answer
    // A form of a web page is answered with a redirect.
    const tokens = status < 400 ? await holder.begin(answer, call, context) : undefined
    if (tokens) return { result: 'begun', tokens }
    const isRefused = status < 400 ? description.refused?.(status, body) : isWordOnInput(answer)
    if (!isRefused) return unavailable(status < 400 ? 'malformed_answer' : `status_${status}`)
    const fields = fieldsIn(body)
    return {
      result: 'refused',
      error: {
        code: codeIn(body) ?? 'invalid_credentials',
        message: messageIn(body) ?? 'Signing in did not work.',
        ...(fields && { fields }),
      },
    }
  }

  const backend: Backend & BackendCalls = {
    refresh: createRefresh({ description, call: calls.refresh, holder }),
    signIn: (credentials, context) => begin(calls.signIn, credentials, context),
    async register(account, context) {
      if (!calls.register) return unavailable('no_register')
      const answer = await begin(calls.register, account, context)
      // Made, and no tokens: they come with a sign-in.
      return answer.result === 'unavailable' && answer.reason === 'malformed_answer'
        ? begin(calls.signIn, account, context)
        : answer
    },
    async accept(tokens, context) {
      try {
        return { result: 'begun', tokens: await holder.accept(tokens, context) }
      } catch (error) {
        return failed(error)
      }
    },
    async signOut({ refreshToken, accessToken }, context) {
      if (!calls.signOut) return null
      const held = refreshToken === null ? null : await holder.open(refreshToken)
      try {
        const input = { ...NO_INPUT, accessToken: accessToken ?? held?.accessToken ?? null }
        const { status } = await send(
          calls.signOut,
          { ...input, refreshToken: held?.refreshToken ?? null },
          context,
        )
        return status < 400 ? null : `status_${status}`
      } catch {
        return 'no_answer'
      }
    },
    authorize: (accessToken) => ({ ...apiHeaders, ...headersFor(accessToken, authorize) }),
  }
  return { backend, keys, gatewaySecrets }
}

function failed(error: unknown): SignInAnswer {
  return unavailable(error instanceof Unusable ? error.message : 'no_answer')
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

/** Not on the person's input, but on how the call is made: a mistake of the description, or an outage. */
const NOT_ON_INPUT = new Set([405, 406, 408, 415])

function isWordOnInput({ status, body }: Answer): boolean {
  // Some say so of an unknown name; a path that does not exist is told by a page.
  if (status === 404) return typeof body === 'object'
  return status < 500 && !NOT_ON_INPUT.has(status)
}
