import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EdgeVM } from '@edge-runtime/vm'
import { rolldown } from 'rolldown'
import { describe, expect, inject, it, test } from 'vitest'
import { installAlone } from './support/alone.ts'
import { entriesIn } from './support/entries.ts'

const { tarballs, folder } = inject('packed')

/** The peers that an entry may need. The others must not even be there. */
const PEERS: Readonly<Record<string, readonly string[]>> = {
  'evergate/next': ['next', 'react'],
  'evergate/next/config': ['next'],
  'evergate/opentelemetry': ['@opentelemetry/api'],
  'evergate/react': ['react'],
  'evergate/testing': ['pure-rand', 'tough-cookie'],
  '@evergate/auth-server': ['express'],
}

const entries = tarballs.flatMap((tarball) => entriesIn(tarball).map((entry) => ({ entry, tarball })))
const tarballOf = (wanted: string) => entries.find(({ entry }) => entry === wanted)?.tarball ?? ''

/** `next/server` and its like, and style sheets, are found by bundlers alone: the apps of the other file import these. */
const FOR_BUNDLERS = ['evergate/next', 'evergate/inspector/page']

describe.each(entries.filter(({ entry }) => !FOR_BUNDLERS.includes(entry)))(
  '$entry',
  ({ entry, tarball }) => {
    it('is imported in a process of its own, with its own peers and no others', async () => {
      const cwd = installAlone(tarball, folder, PEERS[entry])
      const script = `console.log(Object.keys(await import('${entry}')).length > 0)`
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '--eval', script],
        { cwd },
      )
      expect([stdout, stderr]).toEqual(['true\n', ''])
    })
  },
)

test.each([
  ['evergate', 'evergate/gateway', []],
  ['@evergate/auth-server', '@evergate/auth-server', ['express']],
])('the command of %s is there, whole', async (name, entry, peers) => {
  const cwd = installAlone(tarballOf(entry), folder, peers)
  const root = join(cwd, 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [[command = '', file = '']] = Object.entries<string>(bin) as [[string, string]]
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, file), '--help'], { cwd })
  expect(stdout).toMatch(new RegExp(`^Usage: ${command} `))
})

test('a peer that is missing would be noticed', async () => {
  const cwd = installAlone(tarballOf('evergate/testing'), folder)
  const script = ['--input-type=module', '--eval', "await import('evergate/testing')"]
  await expect(promisify(execFile)(process.execPath, script, { cwd })).rejects.toThrow('ERR_MODULE_NOT_FOUND')
})

test('evergate/gateway handles a request in an edge runtime, with nothing of Node', async () => {
  const cwd = installAlone(tarballOf('evergate/gateway'), folder)
  const input = join(cwd, 'node_modules/evergate/gateway/index.js')
  const bundle = await rolldown({ input, platform: 'browser' })
  const { output } = await bundle.generate({ format: 'iife', name: 'evergate' })
  const vm = new EdgeVM({ initialCode: output[0].code.replace(/^var evergate/m, 'globalThis.evergate') })

  expect(vm.evaluate('typeof process + typeof Buffer + typeof require')).toBe('undefined'.repeat(3))
  const outcome = await vm.evaluate(`
    evergate.createSessionGateway({
      remoteApi: 'http://backend.test',
      keys: { secret: 'kJ8mPq2vXz9wRt5yBn3cLf7hDg1sAe4u' },
      issuer: 'evergate',
      audience: 'evergate-app',
    }).handle(new Request('http://app.test/dashboard', { headers: { accept: 'text/html', host: 'app.test' } }))
      .then(({ outcome, refusal }) => outcome + ' ' + refusal.status)`)
  expect(outcome).toBe('anonymous 303')
})
