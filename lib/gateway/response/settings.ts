import type { SentHeaders } from '../platform.ts'

/** The request data that a sign-in page may depend on. `pathname` is without the `basePath`; `search` begins with `?`, or is empty. */
export type SignInRequest = {
  readonly pathname: string
  readonly search: string
  readonly headers: Pick<SentHeaders, 'get'>
}

/**
 * Where the sign-in page is, below the `basePath`: a path, a path with `:locale` in it, or a function of the request that
 * is refused. A function must return a path of this site; anything else becomes `/`.
 */
export type SignInPath = string | ((request: SignInRequest) => string)

/** The settings that lead to a sign-in page. */
export type SignInSettings = {
  readonly signInPath: SignInPath
  /** Languages of the app, the default first. */
  readonly locales: readonly string[]
}
