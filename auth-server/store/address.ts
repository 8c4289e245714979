/** Where a store is, read from `STORE_URL`. */
export type StoreAddress = SqliteAddress | PostgresAddress

/** `sqlite:PATH` */
interface SqliteAddress {
  readonly kind: 'sqlite'
  readonly path: string
}

/** `postgres://user:password@host:port/database`, with whatever parameters `pg` knows. */
interface PostgresAddress {
  readonly kind: 'postgres'
  readonly url: string
  /** Most connections of one process (`pool_size`). */
  readonly poolSize?: number
}

/** What {@link parseStoreUrl} says of a URL it cannot use: never the URL itself, which may hold a password. */
interface BadStoreUrl {
  readonly problem: string
}

const parsers: Record<string, (url: string) => StoreAddress | BadStoreUrl> = {
  sqlite: parseSqlite,
  postgres: parsePostgres,
  postgresql: parsePostgres,
}

/** Reads `STORE_URL`. */
export function parseStoreUrl(url: string): StoreAddress | BadStoreUrl {
  const [, scheme = ''] = /^([a-z+]+):/.exec(url) ?? []
  const parse = Object.hasOwn(parsers, scheme) ? parsers[scheme] : undefined
  return (
    parse?.(url) ?? { problem: 'must be sqlite:PATH, for example sqlite:./.data/auth.db, or postgres://…' }
  )
}

/** The address as a person may read it: never with a password or a user, and without parameters. */
export function describeStore(address: StoreAddress): string {
  switch (address.kind) {
    case 'sqlite':
      return `sqlite:${address.path}`
    case 'postgres': {
      const { host, pathname, searchParams } = new URL(address.url)
      return `postgres://${searchParams.get('host') ?? host}${pathname}`
    }
  }
}

function parseSqlite(url: string): StoreAddress | BadStoreUrl {
  const path = url.slice('sqlite:'.length)
  return path === ''
    ? { problem: 'sqlite needs a path, for example sqlite:./.data/auth.db' }
    : { kind: 'sqlite', path }
}

function parsePostgres(text: string): StoreAddress | BadStoreUrl {
  const url = URL.parse(text)
  // An "@" or "#" out of place is half of a password that was not encoded, and would be printed with the rest.
  if (!url?.href.includes('://') || /[@#]/.test(url.pathname + url.hash))
    return { problem: unreadable('postgres://user:password@host:5432/database') }
  const size = url.searchParams.get('pool_size')
  if (size === null) return { kind: 'postgres', url: url.href }
  if (!/^[1-9]\d{0,2}$/.test(size)) return { problem: 'pool_size must be a whole number, 1 to 999' }
  url.searchParams.delete('pool_size')
  return { kind: 'postgres', url: url.href, poolSize: Number(size) }
}

function unreadable(form: string): string {
  return `must have the form ${form}; special characters in a password are percent-encoded`
}
