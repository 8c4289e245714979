import { beforeEach, describe, expect, it } from 'vitest'
import type { Reply } from '../../backend/testing/api-server.ts'
import { apiServer, foreignJwt } from '../../backend/testing/api-server.ts'
import { healthyApp } from '../testing/healthy-app.ts'
import { evergate, folderWith } from '../testing/io.ts'

const BACKEND = new URL('../../backend/index.ts', import.meta.url).href
const GATEWAY = new URL('../../gateway/index.ts', import.meta.url).href
const server = apiServer()

const NEST = `import { apiBackend, nest } from '${BACKEND}'\nexport default apiBackend(nest)\n`
const COOKIES = `import { cookieBackend } from '${GATEWAY}'
export default cookieBackend({ remoteApi: process.env.REMOTE_API, path: '/auth/renew', method: 'PUT' })\n`

beforeEach(() => {
  server.forget()
  const tokens = () => {
    const exp = Math.floor(Date.now() / 1000) + 300
    return { json: { access_token: foreignJwt({ sub: 7, exp, iat: exp - 300 }), refresh_token: 'rt-secret' } }
  }
  server.on('/auth/signin', tokens)
  server.on('/auth/refresh', ({ headers }) => (headers.authorization ? tokens() : { status: 401 }))
  server.on('/auth/logout', { status: 204 })
})

async function doctor(file: string, line = '--email ada@example.com', more: Record<string, string> = {}) {
  const { files } = await healthyApp()
  const cwd = folderWith({
    ...files,
    ...more,
    'session-backend.mjs': file,
    'next.config.mjs':
      "import { withGateway } from 'evergate/next/config'\nexport default withGateway({}, { backend: './session-backend.mjs' })\n",
  })
  const env = { REMOTE_API: server.url(), EVERGATE_PASSWORD: 'a password' }
  const { out } = await evergate(`doctor --json ${line}`, { cwd, env })
  expect(out).not.toMatch(/rt-secret|eyJ/)
  const { findings } = JSON.parse(out) as { findings: { check: string; message: string }[] }
  return { findings, ids: findings.map(({ check }) => check) }
}

describe('doctor and a described backend', () => {
  it('asks it at its own paths, and finds nothing wrong', async () => {
    expect((await doctor(NEST)).findings).toEqual([])
    expect(server.arrived.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /auth/refresh',
      'POST /auth/signin',
      'POST /auth/refresh',
      'POST /auth/logout',
    ])
  })

  it.each<[string, string, Reply, string]>([
    ['a path that is not there', '/auth/refresh', { status: 404 }, 'backend-refresh-answer'],
    ['a sign-in without tokens', '/auth/signin', { json: {} }, 'sign-in-failed'],
  ])('names %s', async (_, path, reply, id) => {
    server.on(path, reply)
    const { findings, ids } = await doctor(NEST)
    expect(ids).toContain(id)
    expect(findings.map(({ message }) => message).join()).toContain(path)
  })

  it('names a renewal that is refused', async () => {
    server.on('/auth/refresh', { status: 401 })
    expect((await doctor(NEST)).ids).toEqual(['renewal-failed'])
  })

  it('names a backend whose refresh tokens stay the same, where sessions are bound to devices', async () => {
    const more = {
      'middleware.ts': `import { bindDevices } from 'evergate/device'
import { createGateway } from 'evergate/next'
export const middleware = createGateway({ deviceBinding: bindDevices() })`,
    }
    expect((await doctor(NEST, undefined, more)).ids).toContain('device-not-rotated')
    server.on('/auth/refresh', ({ headers }) => {
      if (!headers.authorization) return { status: 401 }
      const exp = Math.floor(Date.now() / 1000) + 300
      return {
        json: { access_token: foreignJwt({ sub: 7, exp, iat: exp - 300 }), refresh_token: 'rt-secret-2' },
      }
    })
    expect((await doctor(NEST, undefined, more)).ids).not.toContain('device-not-rotated')
  })

  it('takes path and method of a `cookieBackend`', async () => {
    server.on('/auth/renew', { status: 401, json: { error: 'no' }, headers: { 'cache-control': 'no-store' } })
    server.on('/.well-known/jwks.json', { json: JSON.parse('{"keys":[]}') })
    const { findings } = await doctor(COOKIES, '')
    expect(server.arrived, JSON.stringify(findings)).toContainEqual(
      expect.objectContaining({ method: 'PUT', path: '/auth/renew' }),
    )
  })

  it.each([
    ['throws', 'throw new Error("no such setting")', 'no such setting'],
    ['exports something else', 'export default {}', 'its default export is no backend'],
  ])('names a file that %s', async (_, file, message) => {
    const { findings, ids } = await doctor(file, '')
    expect(ids).toContain('backend-file')
    expect(findings.find(({ check }) => check === 'backend-file')?.message).toContain(message)
  })
})
