import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../scripts/testing/free-port.ts'
import { isBuiltForVercel } from '../support/edge-function.ts'
import type { Running } from '../support/processes.ts'
import { runIn } from '../support/processes.ts'

const OUTPUT = '.vercel/output'
const AUTH_SERVER = `${OUTPUT}/services/auth-server/functions/index.func`

type FunctionConfig = { readonly handler?: string; readonly filePathMap?: Readonly<Record<string, string>> }
const readConfig = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as FunctionConfig

describe.skipIf(!isBuiltForVercel())('what would be deployed to Vercel', () => {
  test('no function takes a file with secrets along', () => {
    const configs = readdirSync(OUTPUT, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.vc-config.json'),
    )
    const taken = configs.flatMap((path) => Object.keys(readConfig(join(OUTPUT, path)).filePathMap ?? {}))
    expect(taken.length).toBeGreaterThan(100)
    expect(taken.filter((path) => /(^|\/)\.env/.test(path))).toEqual([])
  })

  test('the public address leads to the app alone', () => {
    const { routes } = JSON.parse(readFileSync(join(OUTPUT, 'config.json'), 'utf8'))
    const services = routes.flatMap(({ destination }: { destination?: { service?: string } }) =>
      destination?.service ? [destination.service] : [],
    )
    expect(services).toEqual(['app'])
  })
})

describe.skipIf(!existsSync(AUTH_SERVER))(
  'the auth server’s function, with no file but those it takes along',
  () => {
    let folder: string
    let running: Running
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'evergate-function-'))
      cpSync(AUTH_SERVER, folder, { recursive: true })
      const { handler, filePathMap = {} } = readConfig(join(AUTH_SERVER, '.vc-config.json'))
      for (const [to, from] of Object.entries(filePathMap)) {
        cpSync(from, join(folder, to), { recursive: true, dereference: true })
      }
      writeFileSync(
        join(folder, 'host.mjs'),
        `import { createServer } from 'node:http'
       const { default: handle } = await import('./${handler}')
       createServer((request, response) => {
         request.url === '/host' ? response.end() : handle(request, response)
       }).listen(process.env.PORT, '127.0.0.1')`,
      )
      const port = await freePort()
      const secret = 'a secret of the tests that is long enough'
      const env = {
        VERCEL: '1',
        PORT: String(port),
        ETLS_ACCESS: secret,
        ETLS_REFRESH: secret.toUpperCase(),
        // No server listens there.
        STORE_URL: `redis://127.0.0.1:${await freePort()}`,
      }
      running = await runIn(folder, ['node', 'host.mjs'], env, `http://127.0.0.1:${port}`, '/host')
    })
    afterAll(async () => {
      await running?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    test('loads, and answers 503 as any outage while its store cannot be reached', async () => {
      const answer = await fetch(`${running.url}/readyz`)
      expect(answer.status).toBe(503)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
    })
  },
)
