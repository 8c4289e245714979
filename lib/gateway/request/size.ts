import type { SentHeaders } from '../platform.ts'
import { compilePath } from './path-pattern.ts'

/** Characters of a path. A longer one is answered by the gateway itself, before anything in it is read. */
export const MAX_PATH_LENGTH = 2048
/** Bytes of a request's body where no option says otherwise: 10 MB, which is Next's own default. */
export const DEFAULT_BODY_SIZE = 10_485_760

/** The largest body that a path takes, in bytes, by paths in the syntax of rules; the first that matches decides. */
export function compileBodySizes(sizes: Readonly<Record<string, number>>): (pathname: string) => number {
  const compiled = Object.entries(sizes).map(([path, size]) => ({ pattern: compilePath(path), size }))
  return (pathname) => compiled.find(({ pattern }) => pattern.test(pathname))?.size ?? DEFAULT_BODY_SIZE
}

export type Excess = 'path_too_long' | 'body_too_large'

/** The limit that a request exceeds, by its own word. A body of unknown length is counted where it is read. */
export function excessOf(
  pathname: string,
  headers: SentHeaders,
  bodySizeOf: (pathname: string) => number,
): Excess | null {
  if (pathname.length > MAX_PATH_LENGTH) return 'path_too_long'
  const length = headers.get('content-length')
  return length && Number(length) > bodySizeOf(pathname) ? 'body_too_large' : null
}
