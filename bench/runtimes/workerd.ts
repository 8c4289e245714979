import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { freePort } from '../../scripts/testing/free-port.ts'
import { scratchFolder } from '../auth-server/stores.ts'
import { kept, stop } from '../lib/children.ts'
import type { Loop } from './loop.ts'

/** The loop in workerd, the runtime of Cloudflare Workers, in a process of its own. */
export async function startWorkerd(): Promise<{ readonly loop: Loop; stop(): Promise<void> }> {
  const { path, remove } = scratchFolder()
  const port = await freePort()
  await bundleTo(join(path, 'worker.js'))
  writeFileSync(join(path, 'config.capnp'), configuration(port))
  // The program itself: its launcher would end at a signal, and leave it behind.
  const { default: program } = createRequire(import.meta.url)('workerd') as { readonly default: string }
  const child = spawn(program, ['serve', join(path, 'config.capnp')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  kept(child)
  const end = async () => {
    await stop(child)
    remove()
  }
  const address = `http://127.0.0.1:${port}/`
  try {
    await answered(address)
  } catch (error) {
    await end()
    throw error
  }
  return {
    async loop(...asked) {
      const answer = await fetch(address, { method: 'POST', body: JSON.stringify(asked) })
      if (!answer.ok) throw new Error(`workerd answered ${answer.status}: ${await answer.text()}`)
    },
    stop: end,
  }
}

async function bundleTo(file: string): Promise<void> {
  const input = fileURLToPath(new URL('worker.ts', import.meta.url))
  const bundle = await rolldown({ input, platform: 'browser', onLog: () => {} })
  await bundle.write({ file, format: 'esm', minify: true })
  await bundle.close()
}

const configuration = (port: number) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
);
`

async function answered(address: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; ; ) {
    const isThere = await fetch(address, { method: 'POST', body: '["empty",1,""]' }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isThere) return
    if (Date.now() > deadline) throw new Error('workerd has not answered within 10 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
