/** Any JSON value. The code that reads it knows the backend. */
// biome-ignore lint/suspicious/noExplicitAny: a cast for each member would be longer than the description.
type Json = any

/**
 * How a token travels in a call: `bearer` (RFC 6750), or under a name in a header, a cookie, the query, the JSON body or the
 * form. A function makes headers of it.
 */
export type Transport =
  | 'bearer'
  | `${'header' | 'cookie' | 'query' | 'body' | 'form'}:${string}`
  | ((token: string) => Readonly<Record<string, string>>)

/**
 * Where something is in an answer: a JSON pointer (RFC 6901) into the body, whose `''` is the whole of it; a cookie or a header by
 * name. `sent`, for access tokens alone: the answer holds none, and the one that was sent goes on.
 */
export type Place = '' | `/${string}` | `cookie:${string}` | `header:${string}` | 'sent'

/** The first place that holds something counts. */
export type Places = Place | readonly Place[]

/** Where the tokens are in an answer. */
export type TokenPlaces = {
  /** Default `/accessToken`, `/access_token`, `/token`, `/access`, `/jwt`. */
  readonly access?: Places
  /** Default `/refreshToken`, `/refresh_token`, `/refresh`. An answer without one leaves the old one in use. */
  readonly refresh?: Places
  /**
   * How long the access token lives (seconds), or when it ends (seconds or milliseconds since the epoch, or
   * a date). Default `/expiresIn`, `/expires_in`.
   */
  readonly life?: Places
}

/** The inputs of a call. */
export type CallInput = {
  /** The argument of `signIn()` or `register()`; empty in other calls. */
  readonly credentials: Json
  readonly accessToken: string | null
  readonly refreshToken: string | null
}

/** Text, or `env:NAME` for what the environment variable NAME holds when the call is made. */
type Texts = Readonly<Record<string, string>>

/** One call of the backend. A path alone is a call with every default. */
export type Call = {
  /** Under the base URL, with a leading slash; or an address of its own. */
  readonly path: string
  /** Default `POST`, for `me` `GET`. */
  readonly method?: string
  /** On top of the description's. */
  readonly headers?: Texts
  /** Parameters of the address. */
  readonly query?: Texts
  /** Members of the body that are always the same. */
  readonly fields?: Texts
  /** The body: an object that `fields` and tokens join, or text. Default: `credentials`. */
  readonly body?: (input: CallInput) => Json
  /** Send the body as a form (`application/x-www-form-urlencoded`). Default: JSON. */
  readonly form?: boolean
  /** How the refresh token travels. Default: in `refresh`, `body:refreshToken`; elsewhere it does not. */
  readonly refreshToken?: Transport
  /** How the access token travels. Default: in `me` and `signOut`, as `authorize` says; elsewhere it does not. */
  readonly accessToken?: Transport
  /** Where the tokens are in this call's answer, where it differs from the others. */
  readonly tokens?: TokenPlaces
}

/** The person of a session. Numbers become text. */
export type Person = {
  readonly id?: string | number | null | undefined
  /** Default: none; after a renewal, those from before. */
  readonly roles?: readonly string[] | null | undefined
  /** The content of `getSession().user` beside `id`. Default: nothing; after a renewal, that from before. */
  readonly userData?: Readonly<Record<string, unknown>> | null | undefined
}

/** The sources that name a person. Each is `{}` where there is none. */
export type PersonSources = {
  /** Of the access token, if it is a JWT. Not verified: it has come from the backend itself. */
  readonly claims: Json
  /** The JSON body of the answer that the tokens came with. */
  readonly answer: Json
  /** The JSON body of the answer to `me`. */
  readonly me: Json
}

/**
 * Describes a backend: any API that signs people in. Plain data with a few functions, so that one can be spread and changed.
 *
 * @example
 * const nest: ApiDescription = {
 *   signIn: '/auth/signin',
 *   refresh: { path: '/auth/refresh', refreshToken: 'bearer' },
 *   signOut: '/auth/logout',
 * }
 */
export type ApiDescription = {
  /** Base URL of the calls. Default: `REMOTE_API`. */
  readonly baseUrl?: string
  /** Headers of every call, `backendFetch()` and the proxy included: `{ apikey: 'env:API_KEY' }`. Default: none. */
  readonly headers?: Texts
  readonly signIn: Call | string
  /** Default: `register()` is refused. */
  readonly register?: Call | string
  readonly refresh: Call | string
  /** `false`: the backend has no such call, and the session ends here alone. Default `false`. */
  readonly signOut?: Call | string | false
  /** Asked who it is, with the access token, when no answer says. Default: nobody is asked. */
  readonly me?: Call | string
  readonly tokens?: TokenPlaces
  /** Default: `id` is the claim `sub`. */
  readonly person?: (sources: PersonSources) => Person
  /**
   * Whether an answer to `refresh` means that the session is over; `body` is its JSON, or its text. Anything else that brings no
   * tokens is an outage. Default: status 401.
   */
  readonly refused?: (status: number, body: Json) => boolean
  /**
   * Whether `refresh` may be called again with the same token when its answer was lost: only for a backend that then answers as
   * before. Default false.
   */
  readonly repeat?: boolean
  /** How the API is told who calls: in `backendFetch()` and the proxy. Default `bearer`. */
  readonly authorize?: Transport
  /**
   * Whether the API's paths end with a slash, as Django's do. Next redirects a path with one to that without, so the proxy adds it
   * again, to any path whose last segment has no dot. Default false.
   */
  readonly trailingSlash?: boolean
  /** Seconds that an access token lives which does not tell. Default 300. */
  readonly life?: number
  /** The most seconds that an access token is believed, whatever it says; then it is renewed. Default 3600. */
  readonly maxLife?: number
}
