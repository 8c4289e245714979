import { spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect } from 'vitest'
import { endsWithUs, freePort, logged, type TestServer } from './process.ts'

/** A PostgreSQL that follows another one and can be promoted (`pg_promote()`). */
export interface Standby extends TestServer {
  /** Resolves when all that the primary has written by now can be read here. */
  caughtUp(): Promise<void>
}

/**
 * Copies a running server and lets the copy follow it, as `pg_basebackup` does, which not every package brings along.
 *
 * @param primary - URL to copy from
 * @param stream - URL to follow: that of a link, to be cut
 */
export async function standbyOf(primary: string, stream: string): Promise<Standby> {
  const directory = mkdtempSync(join(tmpdir(), 'auth-server-standby-'))
  const data = join(directory, 'data')
  const source = new pg.Client({ connectionString: primary })
  // The primary may be killed while this connection is open.
  source.on('error', () => {})
  await source.connect()
  const ask = async (sql: string) => Object.values((await source.query(sql)).rows[0] ?? {})[0] as string
  const programs = await ask("select setting from pg_config where name = 'BINDIR'")
  const from = await ask('show data_directory')
  await source.query("select pg_backup_start('', true)")
  copy(from, data)
  const label = await ask('select labelfile from pg_backup_stop(false)')

  const { hostname, port: streamPort, username } = new URL(stream)
  rmSync(join(data, 'postmaster.pid'))
  writeFileSync(join(data, 'backup_label'), label)
  writeFileSync(join(data, 'standby.signal'), '')
  const who = ownerOf(directory, from)
  const port = await freePort()
  const follow = `primary_conninfo=host=${hostname} port=${streamPort} user=${username}`
  const flags = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', '', '-F', '-N', '200', '-c', follow]
  const server = spawn(join(programs, 'postgres'), flags, { ...who, cwd: directory, stdio: 'pipe' })
  const readiness = logged(server, server.stderr, 'ready to accept')
  const end = endsWithUs(server, directory)
  await readiness
  const url = Object.assign(new URL(primary), { port: String(port) }).href
  return {
    url,
    async stop() {
      await source.end().catch(() => {})
      await end()
    },
    async caughtUp() {
      const written = await ask('select pg_current_wal_lsn()')
      const standby = new pg.Client({ connectionString: url })
      await standby.connect()
      const replayed = async () => {
        const { rows } = await standby.query('select pg_last_wal_replay_lsn() >= $1::pg_lsn as done', [
          written,
        ])
        return rows[0].done
      }
      await expect.poll(replayed, { timeout: 20_000, interval: 50 }).toBe(true)
      await standby.end()
    },
  }
}

/** The files change while they are copied; the log that is replayed on top makes up for it. */
function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`cp: ${stderr}`)
}

/** As whom to run it: as the primary does, which may not be root. */
function ownerOf(directory: string, like: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const { uid, gid } = statSync(like)
  for (const path of [directory, join(directory, 'data')]) chownSync(path, uid, gid)
  for (const name of ['backup_label', 'standby.signal']) chownSync(join(directory, 'data', name), uid, gid)
  return { uid, gid }
}
