/** Where a request goes, without the `basePath`. `search` begins with a question mark, or is empty. */
export type PathAndQuery = { readonly pathname: string; readonly search: string }

/** A `Request` holds its address parsed and written in the one normal way; parsing it again would be its dearest part here. */
const ADDRESS = /^([^:]+:)\/\/[^/?#]*([^?#]*)([^#]*)/

type Parts = readonly [protocol: string, pathname: string, search: string]

/** The protocol, path and query of an address, in this order; each is empty where `address` is none. */
export const partsOf = (address: string): Parts =>
  (ADDRESS.exec(address)?.slice(1) as unknown as Parts | undefined) ?? ['', '', '']

/** Removes `basePath` from a path that lies below it. */
export function withoutBase(pathname: string, basePath: string): string {
  return basePath && `${pathname}/`.startsWith(`${basePath}/`)
    ? pathname.slice(basePath.length) || '/'
    : pathname
}
