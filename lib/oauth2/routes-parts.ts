import { parseCookieHeader } from '../gateway/cookies/header.ts'
import type { PresentedCookies } from '../gateway/cookies/session-cookies.ts'
import { readBoundCookies } from '../gateway/device/bound-session.ts'
import { GatewayError } from '../gateway/errors.ts'
import type { GatewaySettings } from '../gateway/options.ts'
import type { UserData } from '../gateway/renewal/backend.ts'
import { isSecureRequest } from '../gateway/request/facts.ts'
import type { GatewayTokens } from '../gateway/token/gateway-token.ts'
import { createGatewayTokens } from '../gateway/token/gateway-token.ts'
import type { KeySet } from '../gateway/token/key-set.ts'
import { createKeySet } from '../gateway/token/key-set.ts'
import type { Sealer } from '../gateway/token/sealed.ts'
import { createSealer } from '../gateway/token/sealed.ts'
import { createSessions, PURPOSE } from './held-session.ts'
import type { OAuth2Options } from './options.ts'
import { settingsOf } from './options.ts'
import type { Provider, ProviderCall } from './provider.ts'
import { createProvider } from './provider.ts'

/** A provider's word that a session is over; `sid` is the provider's, `null` when all sessions of `sub` are meant. */
export type BackchannelLogout = {
  readonly sub: string | null
  readonly sid: string | null
  readonly claims: UserData
}

/** Options of {@link createSignInRoutes}. */
export type SignInRoutesOptions = OAuth2Options & {
  /** Where browsers find these routes: `https://app.example/auth`. Never taken from a request. */
  readonly url: string
  /** Default `openid profile email`. Many providers give a refresh token only with `offline_access` in it. */
  readonly scope?: string
  /** Further parameters of the authorization request, such as `prompt` or `resource`. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Where the browser is after signing out, registered with the provider. Default: the app's first page. */
  readonly signedOutUrl?: string
  /** Told of a back-channel logout once it has been verified; what it throws is answered 400, and the provider may try again. */
  readonly onBackchannelLogout?: (logout: BackchannelLogout) => Promise<void> | void
}

/** The parts that the handlers share. */
export type Parts = {
  readonly options: SignInRoutesOptions
  readonly settings: GatewaySettings
  readonly provider: Provider
  readonly sealer: Sealer
  readonly sessions: ReturnType<typeof createSessions>
  readonly keys: KeySet
  readonly gatewayTokens: GatewayTokens
}

/** @throws {GatewayError} `invalid_option` */
export function createParts(options: SignInRoutesOptions): Parts {
  const settings = settingsOf(options)
  const sealer = createSealer(settings, PURPOSE)
  const path = URL.parse(options.url)?.pathname
  if (path === undefined) throw new GatewayError('invalid_option', 'url must be the address of these routes')
  if (`${settings.basePath}${settings.signInPath}/`.startsWith(`${path}/`))
    throw new GatewayError(
      'invalid_option',
      'signInPath must be a page with a link to these routes, or a failed sign-in would begin again by itself',
    )
  return {
    options,
    settings,
    sealer,
    provider: createProvider(options, settings.clock),
    sessions: createSessions(options, settings, sealer),
    keys: createKeySet(settings),
    gatewayTokens: createGatewayTokens(settings),
  }
}

export const callOf = ({ settings }: Parts): ProviderCall => ({
  fetch: settings.fetch,
  signal: AbortSignal.timeout(settings.refreshTimeout),
})

/** Whether cookies are `Secure`, as the app's side of the gateway decides it. */
export const isSecure = (request: Request, { settings }: Parts): boolean =>
  isSecureRequest(request.headers, 'http:', settings)

export function presentedCookies(request: Request, parts: Parts): PresentedCookies {
  const pairs = parseCookieHeader(request.headers.get('cookie'))
  return readBoundCookies(pairs, parts.settings, isSecure(request, parts))
}

export function redirect(location: string, setCookies: readonly string[] = []): Response {
  const headers = new Headers({
    location,
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
  })
  for (const cookie of setCookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

export const problem = (status: number, error: string): Response =>
  Response.json({ error }, { status, headers: { 'cache-control': 'no-store' } })

/** An address of the app, whatever host a request claims. */
export const appUrl = ({ options }: Parts, path: string): string => new URL(path, options.url).href
