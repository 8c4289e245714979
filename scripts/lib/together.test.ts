import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { moduleOf } from '../testing/child.ts'
import { freePort } from '../testing/free-port.ts'

/** A part that answers on its port, says when it ends, and takes its time about it. */
const part = (name: string, port: number, patience = 5000, onSigterm = 'setTimeout(end, 200)') => ({
  name,
  args: [
    '--eval',
    `require('node:http').createServer((_, response) => response.end(String(process.pid))).listen(${port}, '127.0.0.1')
     const end = () => { console.log('${name} ended'); process.exit(143) }
     process.on('SIGTERM', () => { console.log('${name} ends'); ${onSigterm} })`,
  ],
  env: {},
  url: `http://127.0.0.1:${port}`,
  ready: `http://127.0.0.1:${port}/`,
  patience,
})

interface Started {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Promise<number | null>
}

async function start(...parts: ReturnType<typeof part>[]): Promise<Started> {
  const body = `process.on('exit', (code) => console.log('exit ' + code))
    runTogether(${JSON.stringify(parts)}, () => console.log('all answer'))
      .catch((error) => { console.log(error.message); process.exitCode = 1 })`
  const child = spawn(process.execPath, moduleOf('together.mjs', 'runTogether', body), {
    env: { PATH: process.env.PATH, NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  await vi.waitFor(() => expect(output).toContain('all answer'), { timeout: 20_000 })
  return { child, output: () => output, ended }
}

const lines = (text: string) => text.slice(text.indexOf('all answer')).trim().split('\n').slice(1)
const answersAt = (port: number) =>
  fetch(`http://127.0.0.1:${port}/`).then(
    (response) => response.text(),
    () => undefined,
  )

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends the last part first, once, and exits with 0',
  async (signal) => {
    const { child, output, ended } = await start(
      part('first', await freePort()),
      part('last', await freePort()),
    )
    child.kill(signal)
    child.kill(signal)
    expect(await ended).toBe(0)
    expect(lines(output())).toEqual(['last ends', 'last ended', 'first ends', 'first ended', 'exit 0'])
  },
)

test('a part that ends by itself is named, the other is ended, and the exit code is 1', async () => {
  const port = await freePort()
  const { output, ended } = await start(part('first', port), part('last', await freePort()))
  process.kill(Number(await answersAt(port)), 'SIGKILL')
  expect(await ended).toBe(1)
  expect(lines(output())).toEqual([
    'last ends',
    'last ended',
    'The first ended by itself with exit code 137.',
    'exit 1',
  ])
})

test('a part that does not end in its time is killed', async () => {
  const port = await freePort()
  const { child, output, ended } = await start(part('stubborn', port, 300, ''))
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(output()).toMatch(/stubborn +did not end in 0\.3 s, killed/)
  expect(await answersAt(port)).toBeUndefined()
})

test('parts do not outlive a script that was killed', async () => {
  const port = await freePort()
  const { child } = await start(part('orphan', port))
  child.kill('SIGKILL')
  await vi.waitFor(async () => expect(await answersAt(port)).toBeUndefined(), { timeout: 5000 })
})
