import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { atOneMoment } from '../sql/prepared.ts'
import type { KeptStatements } from './kept-statements.ts'

/** How a pool of connections behaves. */
export interface PoolOptions {
  readonly url: string
  /** Most connections open at once. */
  readonly size: number
  /** Milliseconds after which an idle connection is closed; 0: never. */
  readonly idleTimeout: number
  /** Milliseconds a statement may take, counted by the server. */
  readonly statementTimeout: number
  readonly kept: KeptStatements
}

const CONNECT_TIMEOUT_MS = 2_000
// The server ends a slow statement itself; who still hears nothing speaks to a machine that is gone.
const SILENCE_MS = 500

const INT8 = 20

/** A pool in the shape that Kysely's `PostgresDialect` asks for; it throws away what is broken and connects anew. */
export function createPool({ url, size, idleTimeout, statementTimeout, kept }: PoolOptions): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeout,
    query_timeout: statementTimeout + SILENCE_MS,
    idleTimeoutMillis: idleTimeout,
    keepAlive: true,
    fallback_application_name: 'evergate',
    types: { getTypeParser },
  })
  // A connection was cut. Callers are told by their queries; unheard, the event would end the
  // process. The pool hears only its idle connections, the lent ones emit for themselves.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return {
    connect: async () => lend(await pool.connect(), kept),
    end: () => pool.end(),
  }
}

function lend(client: pg.PoolClient, kept: KeptStatements): PostgresPoolClient {
  let usable = true
  const query = async (text: string, parameters: readonly unknown[]): Promise<pg.QueryResult> => {
    const values = atOneMoment(parameters).map(storable)
    const name = kept.nameOf(text)
    try {
      if (name === undefined) return await client.query(text, values)
      return await client.query({ name, text, values })
    } catch (error) {
      if (name !== undefined && kept.endedBy(error)) return query(text, parameters)
      // The server's own errors leave a connection as good as it was; after a timeout an answer may still be on its way.
      usable &&= error instanceof pg.DatabaseError
      throw error
    }
  }
  // Kysely passes a cursor only to stream, which nothing here does: hence the cast.
  return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release(!usable) }
}

/** PostgreSQL's text cannot hold NUL; nothing stored has one, and asking for it must find nothing, not fail. */
function storable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(storable)
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value
}

/** Every `bigint` column is a time or a count below 2^53. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid, format) =>
  oid === INT8 ? Number : pg.types.getTypeParser(oid, format)
