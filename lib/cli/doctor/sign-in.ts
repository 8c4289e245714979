import type { GatewaySettings } from '../../gateway/options.ts'
import { readIssuedTokens } from '../../gateway/renewal/issued-tokens.ts'
import { createKeySet } from '../../gateway/token/key-set.ts'
import type { Io } from '../io.ts'
import type { Inspection } from '../session/inspect-token.ts'
import { inspectToken } from '../session/inspect-token.ts'
import type { Probe } from './probe.ts'
import { probe } from './probe.ts'
import type { BindingPlace, BindingTry } from './try-binding.ts'
import { tryBinding } from './try-binding.ts'

export type Credentials = { readonly email: string; readonly password: string }

export type Grant = {
  readonly access: Inspection
  readonly refreshToken: string | null
  /** The same as the backend knows it: the gateway seals those of a described one. */
  readonly refreshSecret: string | null
  readonly accessToken: string
  readonly bytes: number
}

/** A sign-in that was tried, and a renewal after it. */
export type SignIn = {
  readonly settings: GatewaySettings
  readonly login: Probe
  /** Null when the answer holds no tokens that can be read. */
  readonly grant: Grant | null
  /** Null when it could not be tried. */
  readonly renewal: { readonly answer: Probe; readonly grant: Grant | null } | null
  /** The app's answer to the refresh token alone. Null: it was not asked. */
  readonly app: Probe | null
  /** The app's answers to a browser with device keys. Null: it was not asked. */
  readonly binding: BindingTry | null
}

/** Addresses of the running app: a public page; the same for device binding, if sessions are bound. */
export type AppPlace = { readonly page: string; readonly binding: BindingPlace | null }

/** Signs in at the backend, renews there and by the running app, and signs out again. `place`: where it runs, if it does. */
export async function trySignIn(
  io: Pick<Io, 'fetch' | 'clock'>,
  settings: GatewaySettings,
  credentials: Credentials,
  place: AppPlace | undefined,
): Promise<SignIn> {
  const { remoteApi } = settings
  const keys = createKeySet(settings)
  const call = (path: string, init: RequestInit) => probe(io, remoteApi + path, { method: 'POST', ...init })
  const readGrant = async (answer: Probe): Promise<Grant | null> => {
    const now = io.clock() / 1000
    if (answer.result === 'failed' || answer.status < 200 || answer.status > 299) return null
    const issued = readIssuedTokens(answer.body, answer.headers.getSetCookie(), now)
    if (!issued) return null
    const { accessToken, refreshToken, userData } = issued
    const access = await inspectToken(accessToken, settings, keys, now)
    // The gateway's own signature and claims around the user data take some 300 bytes.
    const ofUserData = userData ? Math.ceil(JSON.stringify(userData).length * (4 / 3)) + 300 : 0
    const bytes = accessToken.length + (refreshToken?.length ?? 0) + ofUserData
    return { access, accessToken, refreshToken, refreshSecret: refreshToken, bytes }
  }
  const login = await call('/login', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  })
  const grant = await readGrant(login)
  if (!grant?.refreshToken) return { settings, login, grant, renewal: null, app: null, binding: null }
  const answer = await call('/refreshtoken', { headers: { cookie: `refreshToken=${grant.refreshToken}` } })
  const renewed = await readGrant(answer)
  const latest = renewed?.refreshToken ?? grant.refreshToken
  const app = place === undefined ? null : await renewByApp(io, place.page, latest, settings)
  const binding = await bindAtApp(io, place, renewed ?? grant, app?.child ?? latest, settings)
  await call('/logout', { headers: { cookie: `refreshToken=${app?.child ?? latest}` } })
  return { settings, login, grant, renewal: { answer, grant: renewed }, app: app?.answer ?? null, binding }
}

/** Registers a key of a device with the app, where sessions are bound. */
export const bindAtApp = async (
  io: Pick<Io, 'fetch' | 'clock'>,
  place: AppPlace | undefined,
  { accessToken }: Pick<Grant, 'accessToken'>,
  refreshToken: string,
  settings: GatewaySettings,
): Promise<BindingTry | null> =>
  place?.binding ? tryBinding(io, place.binding, { accessToken, refreshToken }, settings) : null

/** Shows the app a refresh token as a browser would, and finds the one that replaces it. */
export async function renewByApp(
  io: Pick<Io, 'fetch' | 'clock'>,
  page: string,
  refreshToken: string,
  { cookieNames }: GatewaySettings,
) {
  const names = [cookieNames.refreshToken, `__Host-${cookieNames.refreshToken}`]
  const cookie = names.map((name) => `${name}=${refreshToken}`).join('; ')
  const answer = await probe(io, page, {
    headers: { cookie, accept: 'text/html', 'sec-fetch-dest': 'document' },
  })
  const set = answer.result === 'answered' ? answer.headers.getSetCookie() : []
  const child = set
    .map((header) => /^([^=]+)=([^;]+)/.exec(header))
    .find((match) => names.includes(match?.[1] ?? ''))
  return { answer, child: child?.[2] }
}
