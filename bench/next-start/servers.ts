import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fromRoot, node, pinnedEnv, tools } from '../../scripts/lib/paths.mjs'
import { appFolder, buildApp } from '../lib/apps.ts'
import { flawOf } from '../lib/check-sessions.ts'
import { kept, stop } from '../lib/children.ts'
import { progress } from '../lib/part.ts'
import { cookieOf, loadSubject, type NamedSubject } from '../lib/subjects.ts'

/** A subject's app under `next start`. */
export type Server = NamedSubject & {
  readonly origin: string
  readonly cookie: string
  readonly stop: () => Promise<void>
}

export type Failed = { readonly subject: string; readonly why: string }

/** Starts all of them side by side; one that cannot be built or does not check its sessions is left out and named. */
export async function startAll(names: readonly string[]): Promise<{ servers: Server[]; failed: Failed[] }> {
  const servers: Server[] = []
  const failed: Failed[] = []
  for (const name of names) {
    try {
      servers.push(await start(await loadSubject(name)))
    } catch (error) {
      failed.push({ subject: name, why: error instanceof Error ? error.message : String(error) })
    }
  }
  return { servers, failed }
}

async function start(subject: NamedSubject): Promise<Server> {
  if ((await buildApp(subject)) === 'built') progress(`built ${subject.label}`)
  const port = await freePort()
  const folder = appFolder(subject.name)
  const network = join(folder, 'network.json')
  writeFileSync(network, JSON.stringify(subject.sessions?.network ?? {}))
  const preload = fromRoot('bench', 'lib', 'preload-network.ts')
  const child = spawn(node, ['--import', preload, tools.next, 'start', folder, '-p', String(port)], {
    env: { ...pinnedEnv(), ...subject.sessions?.env, NODE_ENV: 'production', BENCH_NETWORK: network },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  kept(child)
  try {
    await ready(child)
    const origin = `http://localhost:${port}`
    const flaw = subject.sessions && (await flawOf(subject.sessions, (cookie) => passes(origin, cookie)))
    if (flaw) throw new Error(flaw)
    return { ...subject, origin, stop: () => stop(child), cookie: await cookieOf(subject, 1) }
  } catch (error) {
    await stop(child)
    throw error
  }
}

async function passes(origin: string, cookie: string): Promise<boolean> {
  const response = await fetch(origin, { redirect: 'manual', headers: { cookie, accept: 'text/html' } })
  return response.status === 200 && (await response.text()).includes('Hello')
}

/** Next says so; a server that ends before has said why. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (text: Buffer) => {
      output += text
      if (/Ready in/.test(output)) resolve()
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', () => reject(new Error(`next start ended:\n${output.trim()}`)))
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
