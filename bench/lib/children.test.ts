import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'

const program = (then: string) => `
  import { spawn } from 'node:child_process'
  import { kept, stop } from ${JSON.stringify(new URL('children.ts', import.meta.url).href)}
  const child = spawn(process.execPath, ['-e', 'console.log("there"); setInterval(() => {}, 1000)'], { stdio: 'inherit' })
  kept(child)
  ${then}`

/** A program whose child shares its output: the output is at its end only when both are. */
const run = (then: string) =>
  spawn(process.execPath, ['--input-type=module', '-e', program(then)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

it('a run that is broken off leaves nothing behind', async () => {
  const parent = run('')
  await once(parent.stdout, 'data')
  parent.kill('SIGTERM')
  expect(await once(parent, 'close')).toEqual([1, null])
})

it('a process is stopped once, however often it is asked to', async () => {
  const parent = run(
    `await Promise.all([stop(child), stop(child)]); await stop(child); console.log(child.signalCode)`,
  )
  let output = ''
  parent.stdout.on('data', (text) => {
    output += text
  })
  expect(await once(parent, 'close')).toEqual([0, null])
  expect(output).toContain('SIGTERM')
})
