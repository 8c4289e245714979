import type { PathRule } from '../../gateway/request/routes.ts'

/** The endpoints of device binding, below the `basePath`. */
export type DevicePaths = { readonly register: string; readonly refresh: string }

/** The options that a middleware gives to `createGateway()`. */
export type DeclaredGateway = {
  /** Whether `createGateway()` was called at all. */
  readonly isCalled: boolean
  readonly rules: readonly PathRule[]
  /** The paths of device binding; null where no session is bound. */
  readonly device: DevicePaths | null
  /** Whether a feed tells which sessions have ended. */
  readonly isTold: boolean
  /** `runtime` of the exported `config`. */
  readonly runtime: string | null
}

/** The configuration that `next.config` exports. */
export type DeclaredConfig = {
  /** Whether `withGateway()` was called. */
  readonly isWrapped: boolean
  readonly hasLanguages: boolean
  /** Options of `withGateway()`; null: not given. */
  readonly domain: string | null
  readonly backend: string | null
}

/** A file of the app that was run; `missing`: there is none. */
export type Declared<Value> =
  | { readonly result: 'declared'; readonly file: string; readonly value: Value }
  | { readonly result: 'failed'; readonly file: string; readonly reason: string }
  | { readonly result: 'missing' }

export type Declarations = {
  readonly gateway: Declared<DeclaredGateway>
  readonly config: Declared<DeclaredConfig>
}
