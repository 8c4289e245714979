import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aged, asApi, asDocument, asNavigation, asPrefetch, signInAtAuthServer } from '../support/client.ts'
import type { Running } from '../support/processes.ts'
import { startApp } from '../support/processes.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'

/** As a load balancer sends it that ends TLS. */
const OVER_TLS = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'app.test' }
const OWN = { 'sec-fetch-site': 'same-origin', origin: 'https://app.test' }

/** Pages of the demo that tell of devices, or of times, by themselves: their bodies are not compared. */
const OF_THEIR_OWN = ['/dashboard', '/sessions']
const PATHS = [
  '/',
  '/login',
  '/register',
  ...OF_THEIR_OWN,
  '/admin',
  '/api/session',
  '/api/backend/me',
  '/nothing',
  '/icon.svg',
]

type Sent = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}
const KINDS: Readonly<Record<string, Sent>> = {
  'a document': { method: 'GET', headers: asDocument },
  'a document of this site': { method: 'GET', headers: { ...asDocument, ...OWN } },
  'a document of another site': { method: 'GET', headers: { ...asDocument, 'sec-fetch-site': 'cross-site' } },
  'a navigation': { method: 'GET', headers: asNavigation },
  'a prefetch': { method: 'GET', headers: asPrefetch },
  'a fetch': { method: 'GET', headers: asApi },
  'a question for the headers': { method: 'HEAD', headers: asApi },
  'a form': {
    method: 'POST',
    headers: { ...asDocument, ...OWN, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=1',
  },
  'a form of another site': {
    method: 'POST',
    headers: { ...asDocument, 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' },
  },
  'an action': {
    method: 'POST',
    headers: { ...OWN, accept: 'text/x-component', 'next-action': '40'.repeat(21) },
    body: '[]',
  },
  'a call that changes something': { method: 'PUT', headers: { ...asApi, ...OWN } },
}

/** Without what differs from answer to answer: nonces, traces, times, and the texts of signed tokens. */
const steady = (text: string) =>
  text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'nonce')
    .replace(/00-[0-9a-f]{32}-[0-9a-f]{16}/g, 'trace')
    .replace(/Max-Age=(8\d\d|900)\b/g, 'life')
    .replace(/dur=[\d.]+/g, 'dur')
    .replace(/\b\d{10,13}(\.\d+)?\b/g, 'time')
    .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'token')

/** React's own stream is left out: its parts come in the order in which they are ready. */
function bodyOf(text: string, { headers }: Response): string {
  if (headers.get('content-type')?.startsWith('text/x-component')) return ''
  return steady(text.replace(/<script.*?<\/script>/gs, ''))
}

async function read(response: Response, path: string) {
  const headers = [...response.headers].filter(([name]) => name !== 'date' && name !== 'content-length')
  return {
    status: response.status,
    headers: headers.map(([name, value]) => `${name}: ${steady(value)}`),
    body: OF_THEIR_OWN.includes(path) ? '' : bodyOf(await response.text(), response),
  }
}

const REGISTRATION = 'secure-session-registration: '

describe.runIf(process.env.EVERGATE_ALL)('a browser without device keys', () => {
  let stack: Stack
  let binding: Running
  beforeAll(async () => {
    stack = await startStack({ TRUST_PROXY: '1' })
    const env = { ...stack.env, NODE_ENV: 'production', REMOTE_API: stack.line.url, DEVICE_BINDING: 'prefer' }
    binding = await startApp(env)
  }, 120_000)
  afterAll(async () => {
    await binding.stop()
    await stack.stop()
  })

  test('gets the same answers where others are bound, byte for byte but for one header', async () => {
    const good = await signInAtAuthServer(stack)
    const cookies = async (): Promise<Record<string, string>> => {
      const ended = await aged(stack, await signInAtAuthServer(stack))
      return {
        none: '',
        good: `__Host-accessToken=${good.accessToken}; __Host-refreshToken=${good.refreshToken}`,
        ended: `__Host-accessToken=${ended.accessToken}; __Host-refreshToken=${ended.refreshToken}`,
        'the refresh token alone': `__Host-refreshToken=${ended.refreshToken}`,
        'made up': '__Host-accessToken=a.b.c; __Host-refreshToken=made-up',
        'of plain http': `accessToken=${good.accessToken}; refreshToken=${good.refreshToken}`,
      }
    }
    let offered = 0
    for (const path of PATHS) {
      const states = await cookies()
      for (const [kind, { method, headers, body }] of Object.entries(KINDS))
        for (const [state, cookie] of Object.entries(states)) {
          const ask = async ({ url }: Running) =>
            read(
              await fetch(url + path, {
                ...{ method, redirect: 'manual', body: body ?? null },
                headers: { ...OVER_TLS, ...headers, cookie },
              }),
              path,
            )
          const [without, bound] = [await ask(stack.app), await ask(binding)]
          const added = bound.headers.filter((line) => line.startsWith(REGISTRATION))
          offered += added.length
          const same = { ...bound, headers: bound.headers.filter((line) => !added.includes(line)) }
          expect({ path, kind, state, ...same }).toEqual({ path, kind, state, ...without })
        }
    }
    expect(offered).toBeGreaterThan(0)
  }, 240_000)
})
