/**
 * The request header by which the gateway tells the page that this visitor may see it, and where it is: `basePath|path`. The gateway removes
 * the same header of a client.
 */
export const MARK = 'x-session-inspector'

/** The place of the inspector. */
export type Place = {
  /** Empty at the top of the host. */
  readonly basePath: string
  /** Below it. */
  readonly path: string
}

/** Reads the mark. */
export function placeIn(mark: string | null): Place | null {
  const [basePath, path] = mark?.split('|') ?? []
  return basePath === undefined || path === undefined ? null : { basePath, path }
}
