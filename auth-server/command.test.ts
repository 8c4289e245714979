import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import manifest from './package.json' with { type: 'json' }

const command = new URL('./command.ts', import.meta.url).pathname
const cli = new URL('../lib/cli/main.ts', import.meta.url).pathname

it('in a Node that is too old, one sentence says which it needs', () => {
  const older =
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })'
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(older)}`, command, '--help'],
    { encoding: 'utf8' },
  )
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toBe(
    'evergate-auth-server needs Node 24 or newer, and this is Node 20.20.2. https://nodejs.org has it.\n',
  )
  expect(manifest.engines.node).toBe('>=24')
  expect(manifest.bin['evergate-auth-server']).toBe('./command.ts')
})

it('in one that will do, it is the auth server', () => {
  const { status, stdout } = spawnSync(process.execPath, [command, '--help'], { encoding: 'utf8' })
  expect(status).toBe(0)
  expect(stdout).toContain('evergate-auth-server users')
})

it.each([
  ['the auth server', command],
  ['the command line of the gateway', cli],
])('a reader that has read enough is no error: %s', async (_name, file) => {
  const child = spawn(process.execPath, [file, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect([code, errors]).toEqual([0, ''])
})
