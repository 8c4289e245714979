import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { appPart } from '../../scripts/lib/parts.mjs'
import { freePort } from '../../scripts/testing/free-port.ts'
import { asDocument, cookieHeader, signInAtAuthServer } from '../support/client.ts'
import { launch, untilReady } from '../support/processes.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile()
afterEach(() => vi.unstubAllEnvs())

/** The app, started as `npm start` does it. */
async function start(host: string) {
  vi.stubEnv('HOST', host)
  vi.stubEnv('REMOTE_API', stack.line.url)
  const port = await freePort()
  const { args, env, url } = appPart(port, 0)
  const app = await untilReady(
    launch(args, { ...stack.env, NODE_ENV: 'production', REMOTE_API: stack.line.url, ...env }),
    url,
    `${url}/icon.svg`,
  )
  onTestFinished(() => void app.stop())
  const statusAt = (address: string) =>
    fetch(`http://${address}:${port}/icon.svg`).then(
      ({ status }) => status,
      () => 'nobody',
    )
  return { url, statusAt }
}

test('npm start listens on the loopback address alone, and rewrites within the app work there', async () => {
  const { url, statusAt } = await start('')
  // All of 127.0.0.0/8 is this machine: a server for every address answers at each of them.
  expect([await statusAt('127.0.0.1'), await statusAt('localhost'), await statusAt('127.0.0.2')]).toEqual([
    200,
    200,
    'nobody',
  ])
  const cookie = cookieHeader(await signInAtAuthServer(stack))
  // `/me` is `/dashboard` by a rewrite of the middleware.
  const response = await fetch(`${url}/me`, { headers: { ...asDocument, cookie } })
  expect([response.status, response.headers.get('x-session')]).toEqual([200, 'active'])
  expect(await response.text()).toContain('<title>Dashboard')
})

test('HOST opens it', async () => {
  const { statusAt } = await start('0.0.0.0')
  expect([await statusAt('127.0.0.1'), await statusAt('127.0.0.2')]).toEqual([200, 200])
})
