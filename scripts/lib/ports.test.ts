import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { runNode } from '../testing/child.ts'

const server = createServer()
afterEach(() => new Promise((resolve) => server.close(resolve)))

async function takePort(): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const start = (env: Record<string, string>) => runNode(['scripts/main.mjs', 'start'], env)

test.each(['PORT', 'AUTH_PORT'])('a %s in use ends the start with one sentence', async (name) => {
  const port = await takePort()
  const other = name === 'PORT' ? { AUTH_PORT: '1' } : { PORT: '65535' }
  expect(await start({ ...other, [name]: String(port) })).toEqual({
    code: 1,
    stdout: '',
    stderr: `Port ${port} is in use: end what listens there, or choose another port with ${name}=${port + 10}.\n`,
  })
})

test.each([
  [{ PORT: 'http' }, 'PORT must be a port number between 1 and 65535, and is "http".\n'],
  [{ AUTH_PORT: '70000' }, 'AUTH_PORT must be a port number between 1 and 65535, and is "70000".\n'],
  [{ PORT: '4000', AUTH_PORT: '4000' }, 'PORT and AUTH_PORT must differ, and are both 4000.\n'],
])('%j ends the start with one sentence', async (env, sentence) => {
  expect(await start(env)).toEqual({ code: 1, stdout: '', stderr: sentence })
})
