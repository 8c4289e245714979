/** Where a request goes, without the `basePath`. `search` begins with a question mark, or is empty. */
export type PathAndQuery = { readonly pathname: string; readonly search: string }

/** A `Request` holds its address parsed and written in the one normal way; parsing it again would be its dearest part here. */
const ADDRESS = /^([^:]+:)\/\/[^/?#]*([^?#]*)([^#]*)/

/** The protocol, path and query of an address, in this order; each is empty where `address` is none. */
export function partsOf(address: string): [protocol: string, pathname: string, search: string] {
  const [, protocol = '', pathname = '', search = ''] = ADDRESS.exec(address) ?? []
  return [protocol, pathname, search]
}

/** Removes `basePath` from a path that lies below it. */
export function withoutBase(pathname: string, basePath: string): string {
  return basePath && `${pathname}/`.startsWith(`${basePath}/`)
    ? pathname.slice(basePath.length) || '/'
    : pathname
}
