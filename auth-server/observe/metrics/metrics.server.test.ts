import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { run, startChild } from '../../testing/child.ts'
import { accessSecret, refreshSecret, temporaryDirectory } from '../../testing/harness.ts'
import { startRedis } from '../../testing/redis-server.ts'
import { storeKind } from '../../testing/stores.ts'
import { drive, startMeasured } from './testing/drive.ts'
import { metricsOf, sampleOf } from './testing/scrape.ts'

vi.setConfig({ testTimeout: 30_000 })

const token = 'whoever scrapes knows this: 0123456789'.replaceAll(' ', '-')
/** As others on the network see this machine; where there is none, Linux has all of 127/8. */
const outside =
  Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === 'IPv4' && !each.internal)?.address ?? '127.0.0.2'
const start = (environment: Record<string, string>) => startChild({ cwd: temporaryDirectory(), environment })

describe('metrics are there when they are asked for:', () => {
  it('not at all by default', async () => {
    const server = await start({})
    expect((await server.get('/metrics')).status).toBe(404)
    expect(server.output()).not.toContain('metrics')
  })

  it.each([
    ['server/app.ts', 0],
    ['observe/metrics/open-metrics.ts', 0],
    ['observe/metrics/metrics.ts', 1],
  ])('%s brings %i prom-client with it', async (file, count) => {
    const code = `import { createRequire } from 'node:module'
      await import(${JSON.stringify(join(import.meta.dirname, '../..', file))})
      const { cache } = createRequire(import.meta.url)
      console.log(Object.keys(cache).filter((name) => name.endsWith('prom-client/index.js')).length)`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code])
    expect(Number(stdout)).toBe(count)
  })

  it('METRICS_PORT opens a port of their own, on the loopback address alone', async () => {
    const server = await start({ METRICS_PORT: '0', HOST: '0.0.0.0' })
    const url = metricsOf(server)
    expect(new URL(url).port).not.toBe(new URL(server.url).port)
    expect((await fetch(url)).headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect((await fetch(new URL('/refreshtoken', url))).status).toBe(404)
    expect((await server.get('/metrics')).status).toBe(404)
    // The main port, which HOST opens everywhere, answers there.
    await expect(reach(outside, new URL(server.url).port)).resolves.toBe('open')
    await expect(reach(outside, new URL(url).port)).resolves.toBe('ECONNREFUSED')
  })

  it('METRICS_TOKEN asks for a bearer on the main port', async () => {
    const server = await start({ METRICS_TOKEN: token })
    expect(metricsOf(server)).toBe(`${server.url}/metrics`)
    const ask = (headers: Record<string, string>) => fetch(`${server.url}/metrics`, { headers })
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(200)
    for (const authorization of ['', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`]) {
      const refused = await ask(authorization ? { authorization } : {})
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      expect(await refused.text()).not.toContain('evergate_')
    }
  })

  it('both ask for the bearer on the port of their own, which then is as open as the main one', async () => {
    const server = await start({ METRICS_PORT: '0', METRICS_TOKEN: token, HOST: '0.0.0.0' })
    const url = metricsOf(server)
    expect((await server.get('/metrics')).status).toBe(404)
    expect((await fetch(url)).status).toBe(401)
    expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
    await expect(reach(outside, new URL(url).port)).resolves.toBe('open')
  })

  it('a port that is taken ends the start, and is named', async () => {
    const { port } = new URL((await start({})).url)
    const child = run('main.ts', { cwd: temporaryDirectory(), environment: { METRICS_PORT: port } })
    expect(await child.exited).toBe(1)
    expect(child.errors()).toBe(
      `Port ${port} is in use: stop the other program or set METRICS_PORT to a free one.\n`,
    )
  })

  it('their port closes with the server', async () => {
    const server = await start({ METRICS_PORT: '0' })
    const url = metricsOf(server)
    // A connection that is kept alive must not hold the end up.
    await (await fetch(url)).text()
    server.process.kill('SIGTERM')
    expect(await server.exited).toBe(0)
    await expect(fetch(url)).rejects.toThrow()
  })
})

it('counts what happens to people and their sessions, from 0', async () => {
  const server = await startMeasured()
  const scrape = async () => await (await fetch(metricsOf(server))).text()
  const before = await scrape()
  expect(sampleOf(before, 'evergate_events_total', { event: 'reuse-detected', detail: '' })).toBe(0)
  expect(sampleOf(before, 'evergate_sessions_ended_total', { reason: 'reuse' })).toBe(0)

  await drive(server)
  const text = await scrape()
  const events = (event: string, detail = '') => sampleOf(text, 'evergate_events_total', { event, detail })
  expect({
    registered: events('registered'),
    registration: events('signed-in', 'registration'),
    password: events('signed-in', 'password'),
    refused: events('password-refused', 'sign-in'),
    limited: events('tries-limited', 'sign-in'),
    rotated: events('rotated'),
    reuse: events('reuse-detected'),
    signedOut: events('signed-out'),
  }).toEqual({
    registered: 1,
    registration: 1,
    password: 2,
    refused: 2,
    limited: 1,
    rotated: 2,
    reuse: 1,
    signedOut: 1,
  })
  const ended = (reason: string) => sampleOf(text, 'evergate_sessions_ended_total', { reason })
  expect([ended('reuse'), ended('signed-out'), ended('user-gone')]).toEqual([1, 1, 0])
  const requests = (route: string, status: string) =>
    sampleOf(text, 'evergate_request_duration_seconds_count', { route, status })
  expect([requests('refresh', '2xx'), requests('refresh', '4xx'), requests('refresh', '5xx')]).toEqual([
    2, 2, 0,
  ])
  const errors = (route: string, error: string) =>
    sampleOf(text, 'evergate_request_errors_total', { route, error })
  expect(errors('refresh', 'refresh_token_reused')).toBe(1)
  expect(errors('refresh', 'invalid_refresh_token')).toBe(1)
  expect(errors('login', 'too_many_requests')).toBe(1)
  expect(sampleOf(text, 'evergate_store_call_duration_seconds_count', { call: 'sessions.renew' })).toBe(3)
  expect(sampleOf(text, 'evergate_store_up', {})).toBe(1)
})

it('labels hold nothing that a request brought along, whatever is asked', async () => {
  const server = await startMeasured()
  const seen = await drive(server)
  await server.get('/no-such-path-hedgehog')
  await server.delete('/sessions/no-such-session-hedgehog', { bearer: seen.accessToken })
  const text = await (await fetch(metricsOf(server))).text()
  const [, sid = ''] = seen.refreshToken.split('.')
  const secrets = [seen.refreshToken, seen.accessToken, seen.email, seen.password, seen.userData.id, sid]
  for (const secret of [...secrets, accessSecret, refreshSecret, 'hedgehog', '127.0.0.1'])
    expect(text).not.toContain(secret)
  const labels = new Set(
    [...text.matchAll(/^evergate_\w+\{(.*)\}/gm)].flatMap(([, pairs = '']) =>
      [...pairs.matchAll(/(\w+)="/g)].map(([, name]) => name),
    ),
  )
  expect([...labels].sort()).toEqual(['call', 'detail', 'error', 'event', 'le', 'reason', 'route', 'status'])
})

it.skipIf(storeKind('Redis').missing)('tells that the store is down, and what failed', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const server = await start({ METRICS_PORT: '0', STORE_URL: redis.url })
  const { refreshToken } = await server.newcomer()
  redis.kill()
  await expect.poll(async () => (await server.refresh(refreshToken)).status, { timeout: 20_000 }).toBe(503)
  const text = await (await fetch(metricsOf(server))).text()
  expect(sampleOf(text, 'evergate_store_up', {})).toBe(0)
  expect(sampleOf(text, 'evergate_store_failures_total', { call: 'sessions.renew' })).toBeGreaterThan(0)
  expect(
    sampleOf(text, 'evergate_request_duration_seconds_count', { route: 'refresh', status: '5xx' }),
  ).toBeGreaterThan(0)
})

it.skipIf(storeKind('Redis').missing)('a store that hangs does not make a scrape hang', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const server = await start({ METRICS_PORT: '0', STORE_URL: redis.url })
  redis.pause()
  // Prometheus waits 10 s.
  const scrape = await fetch(metricsOf(server), { signal: AbortSignal.timeout(9_000) })
  expect(sampleOf(await scrape.text(), 'evergate_store_up', {})).toBe(0)
  redis.resume()
  await expect
    .poll(async () => sampleOf(await (await fetch(metricsOf(server))).text(), 'evergate_store_up', {}), {
      timeout: 20_000,
    })
    .toBe(1)
})

function reach(host: string, port: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), host)
    onTestFinished(() => void socket.destroy())
    socket.once('connect', () => resolve('open'))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
  })
}
