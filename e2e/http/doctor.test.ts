import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DEMO } from '../support/client.ts'
import { startStack } from '../support/stack.ts'

const repository = resolve(import.meta.dirname, '../..')
const main = resolve(repository, 'lib/cli/main.ts')

type Environment = Readonly<Record<string, string>>

type Report = {
  readonly findings: readonly { readonly check: string }[]
  readonly notChecked: readonly unknown[]
}

/** Runs `evergate doctor` in the demo app's folder. */
function doctor(url: string, env: Environment): Promise<Report> {
  const args = [main, 'doctor', '--json', '--url', url, '--email', DEMO.email]
  const given = {
    ...env,
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    EVERGATE_PASSWORD: DEMO.password,
  } as const
  return new Promise((done, reject) => {
    execFile(process.execPath, args, { cwd: repository, env: given }, (_error, out, err) =>
      err ? reject(new Error(err)) : done(JSON.parse(out)),
    )
  })
}

test('doctor finds nothing in the demo app, its build, its backend, its answers and a session', async () => {
  // Sessions are bound to devices over https alone, and the app believes its proxy.
  const stack = await startStack({ DEVICE_BINDING: 'prefer', TRUST_PROXY: '1' })
  onTestFinished(stack.stop)
  const { findings, notChecked } = await doctor(stack.app.url, { ...stack.env, REMOTE_API: stack.auth.url })
  // A build is kept when sources have been touched and say what they said.
  expect(findings.filter(({ check }) => check !== 'build-stale')).toEqual([])
  expect(notChecked).toEqual([])
})

test.runIf(process.env.EVERGATE_ALL)(
  'doctor finds an app that was started without device binding, by its two paths and by a session',
  async () => {
    const stack = await startStack({ TRUST_PROXY: '1' })
    onTestFinished(stack.stop)
    const env = { ...stack.env, REMOTE_API: stack.auth.url, DEVICE_BINDING: 'prefer' }
    const { findings } = await doctor(stack.app.url, env)
    const found = findings.map(({ check }) => check).filter((check) => check !== 'build-stale')
    expect(found).toEqual(['device-paths-off', 'device-not-bound'])
  },
)
