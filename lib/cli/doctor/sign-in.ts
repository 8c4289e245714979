import type { GatewaySettings } from '../../gateway/options.ts'
import { readIssuedTokens } from '../../gateway/renewal/issued-tokens.ts'
import { createKeySet } from '../../gateway/token/key-set.ts'
import type { Io } from '../io.ts'
import type { Inspection } from '../session/inspect-token.ts'
import { inspectToken } from '../session/inspect-token.ts'
import type { Probe } from './probe.ts'
import { probe } from './probe.ts'

export type Credentials = { readonly email: string; readonly password: string }

export type Grant = {
  readonly access: Inspection
  readonly refreshToken: string | null
  /** The same as the backend knows it: the gateway seals those of a described one. */
  readonly refreshSecret: string | null
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
}

/** Signs in at the backend, renews there and by the running app, and signs out again. `page`: a public one, if the app runs. */
export async function trySignIn(
  io: Pick<Io, 'fetch' | 'clock'>,
  settings: GatewaySettings,
  credentials: Credentials,
  page: string | undefined,
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
    return { access, refreshToken, refreshSecret: refreshToken, bytes }
  }
  const login = await call('/login', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  })
  const grant = await readGrant(login)
  if (!grant?.refreshToken) return { settings, login, grant, renewal: null, app: null }
  const answer = await call('/refreshtoken', { headers: { cookie: `refreshToken=${grant.refreshToken}` } })
  const renewed = await readGrant(answer)
  const latest = renewed?.refreshToken ?? grant.refreshToken
  const app = page === undefined ? null : await renewByApp(io, page, latest, settings)
  await call('/logout', { headers: { cookie: `refreshToken=${app?.child ?? latest}` } })
  return { settings, login, grant, renewal: { answer, grant: renewed }, app: app?.answer ?? null }
}

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
