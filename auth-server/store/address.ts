/** Where a store is, read from `STORE_URL`. */
export type StoreAddress = SqliteAddress | PostgresAddress | RedisAddress

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

/** `redis://user:password@host:port/database`, with TLS `rediss:`; a cluster `redis+cluster://…@host:port,host:port` */
export interface RedisAddress {
  readonly kind: 'redis'
  /** One server, or some nodes of the cluster: the rest is found through them. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  readonly cluster: boolean
  readonly tls: boolean
  readonly username?: string
  readonly password?: string
  readonly database: number
  /** The beginning of every key (`prefix`): several installations may share one Redis. Default `evergate`. */
  readonly prefix: string
}

/** {@link parseStoreUrl} cannot use a URL. The message never holds the URL, which may hold a password. */
interface BadStoreUrl {
  readonly problem: string
}

const parsers: Record<string, (url: string) => StoreAddress | BadStoreUrl> = {
  sqlite: parseSqlite,
  postgres: parsePostgres,
  postgresql: parsePostgres,
  redis: parseRedis,
  rediss: parseRedis,
  'redis+cluster': parseRedis,
  'rediss+cluster': parseRedis,
}

/** Reads `STORE_URL`. */
export function parseStoreUrl(url: string): StoreAddress | BadStoreUrl {
  const [, scheme = ''] = /^([a-z+]+):/.exec(url) ?? []
  const parse = Object.hasOwn(parsers, scheme) ? parsers[scheme] : undefined
  return (
    parse?.(url) ?? {
      problem: 'must be sqlite:PATH, postgres://…, redis://…, rediss://… or redis+cluster://…',
    }
  )
}

/** The address as a person may read it: never with a password or a user, and without parameters. */
export function describeStore(address: StoreAddress): string {
  switch (address.kind) {
    case 'sqlite':
      return `sqlite:${address.path}`
    case 'redis': {
      const { nodes, cluster, tls, database } = address
      const scheme = `redis${tls ? 's' : ''}${cluster ? '+cluster' : ''}`
      const places = nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
      return `${scheme}://${places.join(',')}${database === 0 ? '' : `/${database}`}`
    }
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
  if (!url?.href.includes('://') || /[@#]/.test(url.pathname + url.search + url.hash))
    return { problem: unreadable('postgres://user:password@host:5432/database') }
  const size = url.searchParams.get('pool_size')
  if (size === null) return { kind: 'postgres', url: url.href }
  if (!/^[1-9]\d{0,2}$/.test(size)) return { problem: 'pool_size must be a whole number, 1 to 999' }
  url.searchParams.delete('pool_size')
  return { kind: 'postgres', url: url.href, poolSize: Number(size) }
}

// URL knows no list of hosts.
const REDIS =
  /^redis(s?)(\+cluster)?:\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?([^@/?#]+)(?:\/(\d{0,4}))?(?:\?prefix=([\w.-]{1,64}))?$/
const NODE = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i

function parseRedis(text: string): StoreAddress | BadStoreUrl {
  const form = text.includes('+cluster:')
    ? 'redis+cluster://user:password@host:6379,host:6379'
    : 'redis://user:password@host:6379'
  const bad = { problem: unreadable(form) }
  const [all, tls, cluster, username, password, list = '', database = '', prefix = 'evergate'] =
    REDIS.exec(text) ?? []
  if (all === undefined) return bad
  const nodes = list.split(',').map((node) => NODE.exec(node))
  if (!nodes.every((node) => node !== null) || (!cluster && nodes.length > 1)) return bad
  if (nodes.some(([, , , port = '6379']) => Number(port) < 1 || Number(port) > 65_535)) return bad
  if (cluster && Number(database) > 0)
    return { problem: 'a Redis cluster has no databases; use ?prefix=… to share it' }
  try {
    return {
      kind: 'redis',
      nodes: nodes.map(([, v6, name, port = '6379']) => ({ host: v6 ?? name ?? '', port: Number(port) })),
      cluster: Boolean(cluster),
      tls: Boolean(tls),
      ...(username ? { username: decodeURIComponent(username) } : {}),
      ...(password ? { password: decodeURIComponent(password) } : {}),
      database: Number(database),
      prefix,
    }
  } catch {
    return bad
  }
}

function unreadable(form: string): string {
  return `must have the form ${form}; special characters in a password are percent-encoded`
}
