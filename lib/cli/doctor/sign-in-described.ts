import { SEALED_FOR } from '../../backend/open-backend.ts'
import type { JsonObject } from '../../gateway/json-object.ts'
import type { GatewaySettings } from '../../gateway/options.ts'
import type { BackendContext, IssuedTokens } from '../../gateway/renewal/backend.ts'
import { newTraceparent } from '../../gateway/request/traceparent.ts'
import { createKeySet } from '../../gateway/token/key-set.ts'
import { createSealer } from '../../gateway/token/sealed.ts'
import type { Io } from '../io.ts'
import { inspectToken } from '../session/inspect-token.ts'
import type { Probe } from './probe.ts'
import type { AppPlace, Credentials, Grant, SignIn } from './sign-in.ts'
import { bindAtApp, renewByApp } from './sign-in.ts'

const TIMEOUT = 10_000

/** Signs in at a described backend, renews there and by the running app, and signs out again: by its own calls. */
export async function tryDescribed(
  io: Pick<Io, 'fetch' | 'clock'>,
  settings: GatewaySettings,
  credentials: Credentials,
  place: AppPlace | undefined,
): Promise<SignIn> {
  const { backend } = settings
  const keys = createKeySet(settings)
  const sealer = createSealer(settings, SEALED_FOR)
  const heard: Probe[] = []
  const context = (): BackendContext => ({
    ...{ forwardedFor: null, userAgent: null, traceparent: newTraceparent(), cookies: '' },
    ...{ signal: AbortSignal.timeout(TIMEOUT), now: io.clock() / 1000 },
    fetch: listening(io.fetch, heard),
  })
  const grantOf = async ({ accessToken, refreshToken, userData }: IssuedTokens): Promise<Grant> => ({
    access: await inspectToken(accessToken, settings, keys, io.clock() / 1000),
    accessToken,
    refreshToken,
    refreshSecret: refreshToken && secretIn(await sealer.open('refresh+jwe', refreshToken)),
    bytes: `${accessToken}${refreshToken ?? ''}${JSON.stringify(userData)}`.length,
  })
  const first = (): Probe =>
    heard.splice(0)[0] ?? { result: 'failed', url: settings.remoteApi, reason: 'no call' }

  const begun = await backend?.signIn?.({ ...credentials }, context())
  const login = first()
  const grant = begun?.result === 'begun' ? await grantOf(begun.tokens) : null
  if (!grant?.refreshToken) return { settings, login, grant, renewal: null, app: null, binding: null }
  const renewed = await backend?.refresh({ refreshToken: grant.refreshToken }, context())
  const answer = first()
  const next = renewed?.result === 'rotated' ? await grantOf(renewed.tokens) : null
  const latest = next?.refreshToken ?? grant.refreshToken
  const app = place === undefined ? null : await renewByApp(io, place.page, latest, settings)
  const binding = await bindAtApp(io, place, next ?? grant, app?.child ?? latest, settings)
  await backend?.signOut?.({ refreshToken: app?.child ?? latest, accessToken: null }, context())
  return { settings, login, grant, renewal: { answer, grant: next }, app: app?.answer ?? null, binding }
}

const secretIn = (held: JsonObject | null) =>
  typeof held?.refreshToken === 'string' ? held.refreshToken : null

/** A `fetch` that keeps what was answered. */
function listening(fetch: Io['fetch'], heard: Probe[]): Io['fetch'] {
  return async (url, init) => {
    try {
      const response = await fetch(url, init)
      const { status, headers } = response
      heard.push({ result: 'answered', url, status, headers, body: '', ahead: null })
      return response
    } catch (error) {
      heard.push({ result: 'failed', url, reason: error instanceof Error ? error.message : String(error) })
      throw error
    }
  }
}
