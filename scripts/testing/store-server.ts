/**
 * `node scripts/testing/store-server.ts postgres|redis`: starts an empty database server, prints its URL, and stops it
 * when the standard input ends, as it does with whoever started this.
 */
import { startPostgres } from '../../auth-server/testing/postgres-server.ts'
import { startRedis } from '../../auth-server/testing/redis-server.ts'

const start = process.argv[2] === 'postgres' ? startPostgres : startRedis
try {
  const server = await start()
  console.log(server.url)
  process.stdin.resume().once('close', () => server.stop().then(() => process.exit(0)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
