import type { JWK } from 'jose'
import type { IDToken } from 'oauth4webapi'
import { GatewayError } from '../gateway/errors.ts'
import type { GatewayOptions, GatewaySettings } from '../gateway/options.ts'
import { resolveOptions } from '../gateway/options.ts'
import type { UserData } from '../gateway/renewal/backend.ts'
import type { SharedStore } from '../held-session/shared-flight.ts'
import { optionsFromEnvironment } from '../next/environment.ts'
import { logEvent } from '../next/log.ts'

/** How the app proves to the provider who it is, by the provider's names for it (`token_endpoint_auth_method`). */
export type ClientAuthentication =
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
  /** `key`: a private JWK with its `alg`, and the `kid` the provider knows it by (RFC 7523). */
  | { readonly method: 'private_key_jwt'; readonly key: JWK }
  | { readonly method: 'none' }

/** The app's reading of a person's ID token. */
export type Person = { readonly roles?: readonly string[]; readonly userData?: UserData }

/** A session that is about to be renewed. */
export type KnownSession = {
  readonly sub: string
  readonly sid: string
  /** The `sid` of the provider's ID token, if it has one. */
  readonly providerSid: string | null
  /** When it began, in seconds since the epoch; null for one that an earlier version has begun. */
  readonly beganAt: number | null
}

/** Options on which {@link oauth2Backend} and {@link createSignInRoutes} must agree: give both the same object. */
export type OAuth2Options = {
  /** The provider's issuer, below which `/.well-known/openid-configuration` is. `https:`, or `http:` on this machine. */
  readonly issuer: string
  readonly clientId: string
  readonly clientAuthentication: ClientAuthentication
  /**
   * How access tokens are kept.
   * - `opaque`: the gateway signs its own token around the provider's (HS256, `ETLS_ACCESS`) and never looks into that;
   *   identity and roles come from the ID token. Works with every provider.
   * - `jwt`: the provider's tokens are RFC 9068 JWTs with `sid` and `roles`, and are verified as such, with `JWKS_URL`.
   *
   * Default `opaque`.
   */
  readonly accessTokens?: 'opaque' | 'jwt'
  /**
   * Roles and user data of a person. Default: the claim `roles`; `name`, `email` and `picture`. `idToken` has the claims of userinfo,
   * too, where that was asked.
   */
  readonly person?: (idToken: IDToken, accessToken: string) => Person
  /**
   * Whether the provider's userinfo is asked (OpenID Connect Core 1.0, 5.3), once per session, when it begins. Claims of the ID token win.
   * Without an answer the session begins without. Default: only for an ID token without a `name`.
   */
  readonly userInfo?: boolean
  /** A private ES256 JWK that tokens are bound to (RFC 9449). The same in every process. Default: bearer tokens. */
  readonly dpopKey?: JWK
  /** Whether a session has been ended, by a back-channel logout, say: its next renewal is refused then. */
  readonly isEnded?: (session: KnownSession) => Promise<boolean>
  /** Lets several processes renew a session once. Needed with a provider that rotates without a grace. */
  readonly store?: SharedStore
  /** Default: read from the environment, as `createGateway()` does. */
  readonly gateway?: GatewayOptions
}

/** The gateway's settings, held against what this needs. @throws {GatewayError} `invalid_option` */
export function settingsOf(options: OAuth2Options): GatewaySettings {
  const gateway = options.gateway ?? optionsFromEnvironment(process.env)
  const settings = resolveOptions({ onEvent: logEvent, ...gateway })
  if (options.accessTokens !== 'jwt' && !('secret' in settings.keys))
    throw new GatewayError(
      'invalid_option',
      'set ETLS_ACCESS, which signs sessions when access tokens are opaque',
    )
  return settings
}

const NAMED = ['name', 'email', 'picture'] as const

/** The default of `person`. */
export function personOf(idToken: IDToken): Person {
  const { roles } = idToken
  const known = NAMED.filter((name) => typeof idToken[name] === 'string')
  return {
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    userData: Object.fromEntries(known.map((name) => [name, idToken[name]])),
  }
}
