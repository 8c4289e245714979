import type { CookieNames } from './cookies/settings.ts'
import type { Revocation } from './decision/revocation.ts'
import { GatewayError } from './errors.ts'
import type { GatewayEvent } from './events/events.ts'
import type { Clock, Fetch } from './platform.ts'
import type { Backend } from './renewal/backend.ts'
import type { UndeliverablePath } from './request/delivery.ts'
import type { PathRule, PublicFiles } from './request/routes.ts'
import type { SignInPath } from './response/settings.ts'
import type { KeySet } from './token/keys.ts'
import type { AccessTokenKeys } from './token/settings.ts'

/** Options of {@link createSessionGateway}. Seconds, unless the name says otherwise. */
export type GatewayOptions = {
  /** Base URL of your API, and of the default `backend`. */
  readonly remoteApi: string
  /** Renews sessions. Default: `cookieBackend({ remoteApi, repeat: true })`. */
  readonly backend?: Backend | HoldingBackend
  /** The keys that access tokens are verified with. */
  readonly keys: AccessTokenKeys
  /**
   * Secrets of at least 32 bytes that sign what the gateway issues; the first signs, all verify.
   * Default: one derived (HKDF, RFC 5869) from `keys.secret`.
   */
  readonly gatewaySecrets?: readonly string[]
  /** Path rules; the first match decides. A path that none matches needs a session. Default none. */
  readonly rules?: readonly PathRule[]
  /** Files that are public unless a rule names them; `withGateway()` hands them on. Default none. */
  readonly publicFiles?: PublicFiles
  /** Path of Next's image optimizer, below `basePath`; the rule of an image's source decides who may see it. Default `/_next/image`. */
  readonly imagePath?: string
  /** `iss` of access tokens. Default `evergate`. */
  readonly issuer?: string
  /** `aud` of access tokens. Default `evergate-app`. */
  readonly audience?: string
  /** Seconds before `exp` in which a session is renewed: one at least, and never more than half the token's life. Default 30. */
  readonly renewBefore?: number
  /** How many verified access tokens are cached, each for at most 60 s. 0 turns the cache off. Default 1000. */
  readonly tokenCacheSize?: number
  /** The whole budget of one renewal in milliseconds, its retries included. Default 5000. */
  readonly refreshTimeout?: number
  /** Seconds past `exp` in which a GET or HEAD is still served while the backend cannot be reached. Default 0. */
  readonly staleIfError?: number
  /** Seconds that the refresh cookie lives when the backend tells no `Max-Age` of its own. Default 43200. */
  readonly refreshTokenMaxAge?: number
  /** Bytes a refresh token may have. A longer one is a broken cookie: not believed, not forwarded, cleared. Default 4096. */
  readonly maxRefreshTokenBytes?: number
  /** Whether cookies are `Secure` and carry the `__Host-` prefix. `auto`: as the request's scheme says. Default `auto`. */
  readonly cookieSecure?: 'auto' | boolean
  /**
   * Names of the session's cookies, without `__Host-`. Default `accessToken`, `refreshToken`, `userDataEtls` for `userData`, `signedOut`.
   */
  readonly cookieNames?: Partial<CookieNames>
  /** The attribute `SameSite` of the session's cookies. Default `lax`. */
  readonly sameSite?: 'lax' | 'strict' | 'none'
  /** Shares the cookies with subdomains, and drops the `__Host-` prefix. Default none. */
  readonly domain?: string
  /** Names of the backend's other cookies that are handed on to the browser, byte for byte. Default none. */
  readonly relayCookies?: readonly string[]
  /** Names of the browser's other cookies that the backend is sent. Default none. */
  readonly forwardCookies?: readonly string[]
  /** Names of the backend's other response headers that `createBackendProxy()` hands on to the browser. Default none. */
  readonly relayHeaders?: readonly string[]
  /** Names of the browser's other request headers that `createBackendProxy()` and `backendFetch()` send on. Default none. */
  readonly forwardHeaders?: readonly string[]
  /**
   * The largest request body in bytes, by path in the syntax of rules; the first that matches decides. A larger one is
   * answered 413. Default for all other paths: 10485760 (10 MB).
   */
  readonly maxBodySizes?: Readonly<Record<string, number>>
  /**
   * Other origins, exact as browsers send them (`https://www.example.com`), whose pages may send requests that change something,
   * and read what the gateway itself answers. Browsers send them the session only within the same site. Default: none.
   */
  readonly allowedOrigins?: readonly string[]
  /** Believe `x-forwarded-proto` and `x-forwarded-host`. Default false. */
  readonly trustProxy?: boolean
  /**
   * How many proxies before the gateway add to `x-forwarded-for`. The address that the first of them has added is the visitor's, and goes
   * to the backend. Default 0, and 1 with `trustProxy`: what a client says of itself goes nowhere.
   */
  readonly proxies?: number
  /**
   * Path of the sign-in page, below `basePath`. Default `/login`. `:locale` in it is the visitor's language, one of `locales`: that of the path, else
   * of the cookie `NEXT_LOCALE`, else of `Accept-Language`.
   */
  readonly signInPath?: SignInPath
  /** Languages of the app, as its paths spell them, the default first. Default none. */
  readonly locales?: readonly string[]
  /** Next's `basePath`; `withGateway()` hands it on. Rules and `returnTo` know paths without it. Default none. */
  readonly basePath?: string
  /**
   * Paths whose answers cannot carry cookies: the access token alone decides there. `withGateway()` finds those of `rewrites()`.
   * Default none.
   */
  readonly undeliverable?: readonly UndeliverablePath[]
  /**
   * Ask the browser on sign-out to drop what it has cached and stored of the site (`Clear-Site-Data`). Takes seconds in some
   * browsers, and with it what the app keeps for visitors, such as drafts. Default false.
   */
  readonly clearSiteData?: boolean
  /**
   * Which sessions have ended before their access tokens do. `endedFeed()` of `evergate/ended` asks the auth server. Default: nobody is
   * asked, and an ended session lives on until its access token ends.
   */
  readonly revocation?: Revocation
  /**
   * Experimental. Whether a session needs a key that cannot leave its device, where the browser has such keys (DBSC). `bindDevices()` of
   * `evergate/device` binds sessions. Default `off`: cookies alone are the session.
   */
  readonly deviceBinding?: 'off' | DeviceBinding
  /** The time in milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: Clock
  /** Calls the backend, and fetches its keys. Default: that of the runtime. */
  readonly fetch?: Fetch
  /** A number from 0 up to 1, for the jitter between tries. Default `Math.random`. */
  readonly random?: () => number
  /** Waits so many milliseconds between two tries. Default: by `setTimeout`. */
  readonly wait?: (milliseconds: number) => Promise<void>
  /** Told of each event: what somebody on call wants to know, and never a token. Default: nobody is told; `createGateway()` logs. */
  readonly onEvent?: (event: GatewayEvent) => void
}

/**
 * A backend whose sessions the gateway holds: it signs access tokens of its own around the backend's. `apiBackend()` of
 * `evergate/backend` makes one.
 */
export type HoldingBackend = {
  /** Told the gateway's settings when a gateway, or the app's side of it, begins to work. */
  open(
    settings: GatewaySettings,
  ): Pick<GatewaySettings, 'keys' | 'gatewaySecrets'> &
    Partial<Pick<GatewaySettings, 'maxRefreshTokenBytes'>> & { readonly backend: Backend }
}

/** A value of the option `deviceBinding`. `bindDevices()` of `evergate/device` makes one. */
export type DeviceBinding = {
  /** Told of the gateway when it begins to work. */
  open(gateway: never): unknown
}

/** Options with every default in place. */
export type GatewaySettings = {
  readonly [Name in Exclude<
    keyof GatewayOptions,
    'backend' | 'revocation' | 'deviceBinding' | 'keys' | 'domain' | 'cookieNames'
  >]-?: NonNullable<GatewayOptions[Name]>
} & {
  readonly keys: AccessTokenKeys | KeySet
  readonly backend: Backend | undefined
  readonly revocation?: Revocation | undefined
  readonly deviceBinding?: 'off' | DeviceBinding | undefined
  readonly cookieNames: CookieNames
  readonly domain: string | undefined
}

const COOKIE_NAMES: CookieNames = {
  accessToken: 'accessToken',
  refreshToken: 'refreshToken',
  userData: 'userDataEtls',
  signedOut: 'signedOut',
}

/** Fills in the defaults. */
export function resolveOptions(options: GatewayOptions): GatewaySettings {
  if (lacksLocales(options)) throw new GatewayError('invalid_option', LACKS_LOCALES)
  const { backend } = options
  const settings: GatewaySettings = {
    gatewaySecrets: [],
    rules: [],
    publicFiles: { paths: [] },
    imagePath: '/_next/image',
    issuer: 'evergate',
    audience: 'evergate-app',
    renewBefore: 30,
    tokenCacheSize: 1000,
    refreshTimeout: 5000,
    staleIfError: 0,
    refreshTokenMaxAge: 43_200,
    maxRefreshTokenBytes: 4096,
    cookieSecure: 'auto',
    sameSite: 'lax',
    relayCookies: [],
    forwardCookies: [],
    relayHeaders: [],
    forwardHeaders: [],
    maxBodySizes: {},
    allowedOrigins: [],
    trustProxy: false,
    proxies: options.trustProxy ? 1 : 0,
    signInPath: '/login',
    locales: [],
    basePath: '',
    undeliverable: [],
    clearSiteData: false,
    clock: Date.now,
    fetch: (url, init) => fetch(url, init),
    random: Math.random,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    onEvent: () => {},
    ...withoutUndefined(options),
    remoteApi: options.remoteApi.replace(/\/+$/, ''),
    backend: backend && 'refresh' in backend ? backend : undefined,
    cookieNames: { ...COOKIE_NAMES, ...options.cookieNames },
    domain: options.domain,
  }
  return backend && 'open' in backend ? { ...settings, ...backend.open(settings) } : settings
}

/** Whether nothing says which languages `:locale` may be. */
export const lacksLocales = ({
  signInPath,
  locales,
}: Pick<GatewayOptions, 'signInPath' | 'locales'>): boolean =>
  typeof signInPath === 'string' && signInPath.includes(':locale') && !locales?.length

export const LACKS_LOCALES = 'signInPath has :locale in it: say in `locales` which languages there are'

/** Without what is there by name alone: most projects' TypeScript lets `undefined` pass for a missing option. */
const withoutUndefined = <Value extends object>(options: Value) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Value
