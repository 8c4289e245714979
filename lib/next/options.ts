import type { GatewayOptions } from '../gateway/options.ts'
import type { SetBy } from './config/option-table.ts'

/**
 * Options on which the middleware and the app must agree. Given once, to `withGateway()` in `next.config.mjs`, which hands it
 * to both.
 */
export type SharedOptions = Pick<GatewayOptions, Exclude<SetBy<'withGateway'>, 'backend' | 'signInPath'>> & {
  /**
   * Below `basePath`. Default `/login`. `:locale` in it is the visitor's language, one of `locales`. A function goes to
   * `createGateway()`: this one is written into the build as JSON.
   */
  readonly signInPath?: string
}

/** The variable that `withGateway()` puts into the build. */
export const SHARED_OPTIONS_VARIABLE = 'EVERGATE_OPTIONS'

/** Those, and what `withGateway()` takes from the Next configuration. */
export type BakedOptions = SharedOptions & Pick<GatewayOptions, Exclude<SetBy<'build'>, 'publicFiles'>>

/** The variable with the files that are public unless a rule names them. */
export const PUBLIC_FILES_VARIABLE = 'EVERGATE_PUBLIC_FILES'
/** Options of `withGateway()`. */
export type ConfigOptions = SharedOptions & {
  /**
   * File whose default export is the backend of the gateway and the app alike, from the folder of `next.config`:
   * `./session-backend.ts`. Default: none, and the gateway uses `cookieBackend` at `REMOTE_API`.
   */
  readonly backend?: string
}
