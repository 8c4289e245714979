import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from './browser.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

async function startServer(handler: Handler): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server that sets the cookies its query asks for, and answers with the method, the headers and the body it got. */
const echo: Handler = async (request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://any')
  const setCookies = searchParams.getAll('set')
  if (setCookies.length > 0) response.setHeader('set-cookie', setCookies)
  const to = searchParams.get('to')
  if (to !== null)
    return response.writeHead(Number(searchParams.get('status') ?? 302), { location: to }).end()
  let body = ''
  for await (const chunk of request) body += chunk
  response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }))
}

function open(origin: string, resolve?: () => string) {
  const browser = openBrowser({ origin, ...(resolve && { resolve }) })
  onTestFinished(() => browser.close())
  return browser
}

/** Under the name that browsers trust without TLS. */
async function echoing() {
  const browser = open((await startServer(echo)).replace('127.0.0.1', 'localhost'))
  const heard = ({ body }: { body: string }) => JSON.parse(body)
  const set = (...cookies: string[]) =>
    browser.tab().open(`/?${cookies.map((cookie) => `set=${encodeURIComponent(cookie)}`).join('&')}`)
  return { browser, tab: browser.tab(), heard, set }
}

describe('cookies', () => {
  test('tabs share them', async () => {
    const { browser, set, heard } = await echoing()
    await set('a=1; Path=/', 'b=2; Path=/')
    expect(heard(await browser.tab().api('/')).headers.cookie).toBe('a=1; b=2')
    await set('a=; Path=/; Max-Age=0')
    expect(browser.cookies()).toEqual({ b: '2' })
    browser.drop('b')
    expect(heard(await browser.tab().open('/')).headers.cookie).toBeUndefined()
  })

  test('are set in the order in which answers arrive, not in which requests were sent', async () => {
    const waiting = new Map<string, ServerResponse>()
    const origin = await startServer(({ url = '' }, response) => void waiting.set(url, response))
    const browser = open(origin)
    const answer = (url: string) => {
      waiting.get(url)?.setHeader('set-cookie', `seen=${url.slice(1)}; Path=/`)
      waiting.get(url)?.end()
    }
    const early = browser.tab().open('/early')
    await expect.poll(() => [...waiting.keys()]).toEqual(['/early'])
    const late = browser.tab().open('/late')
    await expect.poll(() => [...waiting.keys()]).toEqual(['/early', '/late'])
    answer('/late')
    await late
    expect(browser.cookies()).toEqual({ seen: 'late' })
    answer('/early')
    await early
    expect(browser.cookies()).toEqual({ seen: 'early' })
  })

  test('are set as soon as the headers arrive, also when the body is lost', async () => {
    const origin = await startServer(({ socket }, response) => {
      response.writeHead(200, { 'set-cookie': 'a=1; Path=/', 'content-length': 100 })
      response.write('half of it', () => socket.destroy())
    })
    const browser = open(origin)
    await expect(browser.tab().open('/')).rejects.toThrow('aborted')
    expect(browser.cookies()).toEqual({ a: '1' })
  })

  test.each([
    ['__Host-a=1; Path=/'],
    ['__Host-a=1; Secure; Path=/somewhere'],
    ['__Host-a=1; Secure; Path=/; Domain=localhost'],
    ['__Secure-a=1; Path=/'],
  ])('%s is not taken', async (header) => {
    const { browser, set } = await echoing()
    await set(header)
    expect(browser.cookies()).toEqual({})
    expect(browser.rejected()).toEqual([expect.stringMatching(/^__\w+-a: /)])
  })

  test('__Host- and __Secure- are taken when all is in order', async () => {
    const { browser, set, heard } = await echoing()
    await set('__Host-a=1; Secure; Path=/', '__Secure-b=2; Secure; Path=/')
    expect(heard(await browser.tab().open('/')).headers.cookie).toBe('__Host-a=1; __Secure-b=2')
    expect(browser.rejected()).toEqual([])
  })

  test('SameSite: what another site may bring along', async () => {
    const { tab, set, heard } = await echoing()
    await set('s=1; Path=/; SameSite=Strict', 'l=1; Path=/; SameSite=Lax')
    const initiator = 'cross-site'
    expect(heard(await tab.open('/')).headers.cookie).toBe('s=1; l=1')
    expect(heard(await tab.open('/', { initiator })).headers.cookie).toBe('l=1')
    expect(heard(await tab.open('/', { initiator, method: 'POST' })).headers.cookie).toBeUndefined()
    expect(heard(await tab.api('/', { initiator })).headers.cookie).toBeUndefined()
  })
})

describe('redirects', () => {
  const to = (path: string, status: number, cookie: string) =>
    `/?to=${encodeURIComponent(path)}&status=${status}&set=${cookie}`

  test('are followed, with the cookies of every hop', async () => {
    const { browser, tab, heard } = await echoing()
    const answer = await tab.open(to(to('/end', 307, 'b=2'), 303, 'a=1'))
    expect(heard(answer)).toMatchObject({ url: '/end', headers: { cookie: 'a=1; b=2' } })
    expect(answer.hops.map(({ status }) => status)).toEqual([303, 307])
    expect(browser.cookies()).toEqual({ a: '1', b: '2' })
  })

  test('of a POST: 303 makes it a GET, 307 repeats it', async () => {
    const { tab, heard } = await echoing()
    const request = { method: 'POST', body: 'note=x' }
    expect(heard(await tab.open(to('/end', 303, 'a=1'), request))).toMatchObject({ method: 'GET', body: '' })
    expect(heard(await tab.open(to('/end', 307, 'a=1'), request))).toMatchObject(request)
  })

  test('to another origin are the answer', async () => {
    const { tab } = await echoing()
    const answer = await tab.open(to('https://example.com/', 302, 'a=1'))
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://example.com/'])
  })

  test('that never end are an error', async () => {
    const origin = await startServer((_request, response) => response.writeHead(302, { location: '/' }).end())
    await expect(open(origin).tab().open('/')).rejects.toThrow('redirected more than 20 times')
  })
})

describe('headers', () => {
  test.each([
    ['open', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' }],
    ['navigate', { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin', rsc: '1' }],
    ['prefetch', { 'sec-fetch-mode': 'cors', rsc: '1', 'next-router-prefetch': '1' }],
    ['api', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', accept: 'application/json' }],
  ] as const)('of %s', async (kind, expected) => {
    const { tab, heard } = await echoing()
    expect(heard(await tab[kind]('/')).headers).toMatchObject(expected)
  })

  test('of an action: a POST with the origin of its page', async () => {
    const { tab, heard } = await echoing()
    const { method, headers } = heard(await tab.action('/', { headers: { 'next-action': '7f' }, body: '[]' }))
    expect(method).toBe('POST')
    expect(headers).toMatchObject({
      'next-action': '7f',
      origin: `http://${headers.host}`,
      'sec-fetch-site': 'same-origin',
    })
  })

  test('of a form that another site posts', async () => {
    const { tab, heard } = await echoing()
    const { headers } = heard(await tab.open('/', { method: 'POST', initiator: 'cross-site' }))
    expect(headers['sec-fetch-site']).toBe('cross-site')
    expect(headers.origin).not.toBe(`http://${headers.host}`)
  })
})

describe('connections', () => {
  test('one that was hung up on while it lay idle is replaced without a word', async () => {
    const used = new WeakSet()
    const origin = await startServer(({ socket }, response) => {
      if (used.has(socket)) return socket.resetAndDestroy()
      used.add(socket)
      response.end('hello')
    })
    const tab = open(origin).tab()
    expect((await tab.open('/')).body).toBe('hello')
    expect((await tab.open('/')).body).toBe('hello')
  })

  test('one that was reset at its first request is an error', async () => {
    const tab = open(await startServer(({ socket }) => socket.resetAndDestroy())).tab()
    await expect(tab.open('/')).rejects.toThrow('ECONNRESET')
  })

  test('a person may leave before the answer', async () => {
    const leaving = new AbortController()
    const tab = open(await startServer(() => leaving.abort())).tab()
    await expect(tab.open('/', { signal: leaving.signal })).rejects.toThrow('aborted')
  })

  test('several servers may answer to one name, and share its cookies', async () => {
    const servers = await Promise.all(
      ['one', 'two'].map((name) =>
        startServer(({ headers }, response) => {
          response.setHeader('set-cookie', `${name}=1; Path=/`)
          response.end(`${name} ${headers.host} ${headers.cookie}`)
        }),
      ),
    )
    const tab = open('http://app.example', () => servers.reverse()[0] ?? '').tab()
    expect((await tab.open('/')).body).toBe('two app.example undefined')
    expect((await tab.open('/')).body).toBe('one app.example two=1')
  })
})
