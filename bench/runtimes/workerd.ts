import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { freePort } from '../../scripts/testing/free-port.ts'
import { scratchFolder } from '../auth-server/stores.ts'
import type { Loop } from './loop.ts'

/** The loop in workerd, the runtime of Cloudflare Workers, in a process of its own. */
export async function startWorkerd(): Promise<{ readonly loop: Loop; stop(): Promise<void> }> {
  const { path, remove } = scratchFolder()
  const port = await freePort()
  await bundleTo(join(path, 'worker.js'))
  writeFileSync(join(path, 'config.capnp'), configuration(port))
  const program = createRequire(import.meta.url).resolve('workerd/bin/workerd')
  const child = spawn(process.execPath, [program, 'serve', join(path, 'config.capnp')], { stdio: 'inherit' })
  const address = `http://127.0.0.1:${port}/`
  await answered(address)
  return {
    async loop(...asked) {
      const answer = await fetch(address, { method: 'POST', body: JSON.stringify(asked) })
      if (!answer.ok) throw new Error(`workerd answered ${answer.status}: ${await answer.text()}`)
    },
    async stop() {
      child.kill()
      await once(child, 'exit')
      remove()
    },
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
