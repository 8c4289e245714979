import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { manualClock, openBrowser, openFaultProxy, seededFaults } from 'evergate/testing'
import { expect, onTestFinished, test } from 'vitest'

// The examples of docs/testing.md, run: each stands here word for word, or in another test (scripts/docs/pages.test.ts).

async function serve(handler: RequestListener) {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function refreshThreeTimes(url: string) {
  const found: unknown[] = []
  for (let time = 0; time < 3; time += 1) {
    const answer = fetch(`${url}/refreshtoken`, { method: 'POST' })
    found.push(
      await answer.then(
        ({ status }) => status,
        (error) => error.cause.code ?? 'ECONNRESET',
      ),
    )
  }
  return found
}

test('a script of faults', async () => {
  const backend = await serve((_request, response) => response.end())
  const proxy = await openFaultProxy({ target: backend.url })
  proxy.script([{ kind: 'cut' }, { kind: 'status', status: 503 }], { path: '/refreshtoken' })
  const statuses = await refreshThreeTimes(proxy.url)
  expect(statuses).toEqual(['ECONNRESET', 503, 200])
  expect(proxy.counts()).toEqual({ cut: 1, status: 1, pass: 1 })
  await proxy.close()
})

test('faults by chance, and an answer that is held', async () => {
  const backend = await serve((_request, response) => response.end())
  const proxy = await openFaultProxy({ target: backend.url })
  onTestFinished(() => proxy.close())
  proxy.always(
    seededFaults({
      seed: 7,
      chances: [
        { chance: 0.1, fault: { kind: 'cut' } },
        { chance: 0.2, fault: { kind: 'delay', milliseconds: 20 } },
      ],
    }),
  )
  proxy.heal()
  const app = await serve(async ({ url }, response) => {
    if (url === '/dashboard') await fetch(`${proxy.url}/refreshtoken`)
    response.end()
  })
  const browser = openBrowser({ origin: app.url })
  onTestFinished(() => browser.close())
  const tab = browser.tab()

  const held = proxy.hold({ path: '/refreshtoken' })
  const renewal = tab.open('/dashboard')
  await held.answered
  await tab.api('/api/logout', { method: 'POST' })
  held.letGo()
  await renewal
})

test('a clock', () => {
  const clock = manualClock()
  const gatewayClock = clock.skewedBy(60_000)
  clock.advance(900_000)
  expect(gatewayClock() - clock()).toBe(60_000)
})

test('a browser', async () => {
  const app = await serve((_request, response) => {
    response.writeHead(200, { 'set-cookie': 'refreshToken=r1; Path=/; HttpOnly; SameSite=Lax' }).end()
  })
  const browser = openBrowser({ origin: app.url })
  const [one, two] = [browser.tab(), browser.tab()]
  const [page, session] = await Promise.all([one.open('/dashboard'), two.api('/api/session')])
  expect([page.status, session.status]).toEqual([200, 200])
  expect(Object.keys(browser.cookies())).toContain('refreshToken')
  browser.close()
})
