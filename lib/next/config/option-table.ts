import type { GatewayOptions } from '../../gateway/options.ts'
import { resolveOptions } from '../../gateway/options.ts'
import { DEFAULT_REMOTE_API } from '../default-remote-api.ts'
import { DEFAULT_LOG_LEVEL } from '../log.ts'

/** A place where an option may be set. `build`: `withGateway()` finds the value in the app itself. */
type Inlet = 'createGateway' | 'withGateway' | 'build'

/** The form of a variable's value; `config/environment.ts` has a check for each. */
export type Form =
  | 'base-url'
  | 'url'
  | 'secret'
  | 'secret-list'
  | 'visible-secret'
  | 'algorithm'
  | 'key-set'
  | 'name'
  | 'seconds'
  | 'budget'
  | 'cookie-secure'
  | 'text'
  | 'port'
  | 'log-level'

/** An environment variable. */
export type Variable = {
  readonly form: Form
  readonly meaning: string
  /** The value where the variable is not set. Default: none. */
  readonly default?: string
  /** The same in words, where the default is no fixed value. */
  readonly otherwise?: string
}

type Option = {
  readonly inlets: readonly Inlet[]
  /** The variables that the option is read from. */
  readonly variables?: Readonly<Record<string, Variable>>
  /** A variable of another option that this one is read from, too. */
  readonly alsoFrom?: string
}

/** The gateway's defaults where nothing is set. */
const defaults = resolveOptions({ remoteApi: DEFAULT_REMOTE_API, keys: { jwks: { keys: [] } } })

/**
 * Every option of the gateway, and who may set it. Types, the check of the environment, and the tables of the documentation come from
 * here; set-up code and types alone import it, so that it costs no byte at the edge. The type, the default and the documentation of an
 * option stand at its name in `GatewayOptions`. An option with neither inlets nor variables is one of `createSessionGateway()` alone.
 */
const table = {
  remoteApi: {
    inlets: [],
    variables: {
      REMOTE_API: {
        form: 'base-url',
        meaning: 'base URL of the auth server or backend',
        default: DEFAULT_REMOTE_API,
      },
    },
  },
  keys: {
    inlets: [],
    variables: {
      ETLS_ACCESS: {
        form: 'secret',
        meaning:
          'HS256 secret of access tokens, at least 32 bytes; `base64:…` and `hex:…` spell bytes. Set: shared-secret mode',
      },
      TOKEN_ALG: {
        form: 'algorithm',
        meaning: 'the one algorithm of access tokens',
        otherwise: 'HS256 with `ETLS_ACCESS`, else that of each key',
      },
      JWKS_URL: {
        form: 'url',
        meaning: 'where the public keys are',
        otherwise: '`REMOTE_API` + `/.well-known/jwks.json`',
      },
      JWKS: { form: 'key-set', meaning: 'the public key set itself, in the place of `JWKS_URL`' },
    },
  },
  gatewaySecrets: {
    inlets: [],
    variables: {
      GATEWAY_SECRET: {
        form: 'secret-list',
        meaning: 'signs what the gateway itself issues; a comma-separated list rotates it, newest first',
        otherwise: 'made by `npx evergate keys make`; else derived from `ETLS_ACCESS`',
      },
    },
  },
  issuer: {
    inlets: [],
    variables: {
      TOKEN_ISSUER: { form: 'name', meaning: '`iss` of access tokens', default: defaults.issuer },
    },
  },
  audience: {
    inlets: [],
    variables: {
      TOKEN_AUDIENCE: { form: 'name', meaning: '`aud` of access tokens', default: defaults.audience },
    },
  },
  renewBefore: {
    inlets: [],
    variables: {
      RENEW_BEFORE: {
        form: 'seconds',
        meaning: 'renew this many seconds before `exp`, and never more than half the token’s life',
        default: `${defaults.renewBefore}`,
      },
    },
  },
  refreshTimeout: {
    inlets: [],
    variables: {
      REFRESH_TIMEOUT: {
        form: 'budget',
        meaning: 'whole budget of one renewal in ms, its retries included',
        default: `${defaults.refreshTimeout}`,
      },
    },
  },
  staleIfError: {
    inlets: [],
    variables: {
      STALE_IF_ERROR: {
        form: 'seconds',
        meaning:
          'seconds past `exp` for which a GET or HEAD is still served while the backend cannot be reached',
        default: `${defaults.staleIfError}`,
      },
    },
  },
  cookieSecure: {
    inlets: [],
    variables: {
      COOKIE_SECURE: {
        form: 'cookie-secure',
        meaning:
          'whether cookies are `Secure` and `__Host-`: `true`, `false`, or `auto` (by `x-forwarded-proto` when `TRUST_PROXY` is set)',
        default: `${defaults.cookieSecure}`,
      },
    },
  },
  trustProxy: {
    inlets: [],
    variables: {
      TRUST_PROXY: {
        form: 'text',
        meaning:
          'whether `x-forwarded-*` headers are believed; a number says how many proxies add to `x-forwarded-for`',
      },
    },
  },
  proxies: { inlets: [], alsoFrom: 'TRUST_PROXY' },
  backend: { inlets: ['createGateway', 'withGateway'] },
  rules: { inlets: ['createGateway'] },
  allowedOrigins: { inlets: ['createGateway'] },
  tokenCacheSize: { inlets: ['createGateway'] },
  revocation: { inlets: ['createGateway'] },
  deviceBinding: { inlets: ['createGateway'] },
  onEvent: { inlets: ['createGateway'] },
  signInPath: { inlets: ['createGateway', 'withGateway'] },
  locales: { inlets: ['withGateway'] },
  maxRefreshTokenBytes: { inlets: ['withGateway'] },
  cookieNames: { inlets: ['withGateway'] },
  sameSite: { inlets: ['withGateway'] },
  domain: { inlets: ['withGateway'] },
  relayCookies: { inlets: ['withGateway'] },
  forwardCookies: { inlets: ['withGateway'] },
  relayHeaders: { inlets: ['withGateway'] },
  forwardHeaders: { inlets: ['withGateway'] },
  maxBodySizes: { inlets: ['withGateway'] },
  clearSiteData: { inlets: ['withGateway'] },
  publicFiles: { inlets: ['build'] },
  imagePath: { inlets: ['build'] },
  basePath: { inlets: ['build'] },
  undeliverable: { inlets: ['build'] },
  refreshTokenMaxAge: { inlets: [] },
  clock: { inlets: [] },
  fetch: { inlets: [] },
  random: { inlets: [] },
  wait: { inlets: [] },
} as const satisfies Record<keyof GatewayOptions, Option>

/** Variables that no option is read from: an app hands `FEED_SECRET` to `endedFeed()`, and the rest is of its process. */
const otherVariables = {
  FEED_SECRET: {
    form: 'visible-secret',
    meaning:
      'secret of `GET /ended`, at least 32 bytes: the gateway asks there which sessions have ended. Unset: a session that was ended lives on until its access token ends',
    otherwise: 'made by `npx evergate keys make feed`',
  },
  HOST: {
    form: 'text',
    meaning: 'address or name to listen on; `0.0.0.0` or `::` for every address of the machine',
    default: '127.0.0.1',
  },
  PORT: { form: 'port', meaning: 'port of the app', default: '3000' },
  LOG_LEVEL: {
    form: 'log-level',
    meaning:
      'least severe level that is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace`, `silent`',
    default: DEFAULT_LOG_LEVEL,
  },
} as const satisfies Record<string, Variable>

type Table = typeof table
type OptionName = keyof Table

/** The names of the options that may be set there. */
export type SetBy<Place extends Inlet> = {
  [Name in OptionName]: Place extends Table[Name]['inlets'][number] ? Name : never
}[OptionName]

/** The names of the variables that an option is read from. */
export type VariableOf<Name extends OptionName> = {
  [One in Name]: Table[One] extends { readonly variables: infer Variables } ? keyof Variables & string : never
}[Name]

/** The names of every variable that the gateway reads. */
export type VariableName = VariableOf<OptionName> | keyof typeof otherVariables

/** Every option, without the narrow types of the table. */
export const optionTable: Readonly<Record<OptionName, Option>> = table

/** Every variable that the gateway reads, in the order of the documentation. */
export const variables = {
  ...Object.assign({}, ...Object.values(optionTable).map((option) => option.variables)),
  ...otherVariables,
} as Readonly<Record<VariableName, Variable>>
