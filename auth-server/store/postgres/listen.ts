import pg from 'pg'

/** Where endings are told; the payload is the schema they are in. */
export const CHANNEL = 'evergate_ended'

const CONNECT_TIMEOUT_MS = 2_000
const PAUSE_MS = 1_000

/**
 * Hears of endings on a connection of its own (`LISTEN`), and connects anew when that breaks. Calls `tell` for each, and once it is
 * connected, for what it could not hear before.
 *
 * @returns ends it
 */
export function listenTo(url: string, tell: () => void): () => void {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let over = false

  function again(): void {
    drop()
    if (!over) timer ??= setTimeout(connect, PAUSE_MS).unref()
  }

  function drop(): void {
    const last = client
    client = undefined
    last?.end().catch(() => {})
  }

  async function connect(): Promise<void> {
    timer = undefined
    const next = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      fallback_application_name: 'evergate',
    })
    client = next
    let schema: unknown
    // An event that nobody hears would end the process.
    next.on('error', () => next === client && again())
    next.on('end', () => next === client && again())
    next.on('notification', ({ payload }) => payload === schema && tell())
    try {
      await next.connect()
      const { rows } = await next.query('select current_schema() as schema')
      schema = rows[0]?.schema
      await next.query(`listen ${CHANNEL}`)
      if (next === client) tell()
    } catch {
      if (next === client) again()
    }
  }

  void connect()
  return () => {
    over = true
    clearTimeout(timer)
    drop()
  }
}
