import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { SignJWT } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { asApi, cookieHeader } from '../support/client.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile({ REFRESH_TIMEOUT: '4000', LOG_LEVEL: 'debug' })
beforeEach(() => stack.line.set(backend))

/** An access token of a person, ended `ago` seconds before now. */
function accessToken(sid: string, ago = -900): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ sid, roles: ['user'], jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setIssuer('evergate')
    .setAudience('evergate-app')
    .setSubject(sid)
    .setIssuedAt(now - ago - 900)
    .setExpirationTime(now - ago)
    .sign(new TextEncoder().encode(stack.accessSecret))
}

/** A backend that rotates the sessions it knows, and answers anything else as the token says. */
async function backend(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, token = ''] = /refreshToken=([^;]*)/.exec(request.headers.cookie ?? '') ?? []
  const [kind, name = ''] = token.split('.')
  if (kind === 'person') {
    const tokens = { accessToken: await accessToken(name), refreshToken: `person.${name}.child` }
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tokens))
  }
  if (kind === 'silence') return
  if (kind === 'reset') return void request.socket.destroy()
  if (kind === 'garbage') return void response.writeHead(200).end('<html>')
  response.writeHead(Number(kind) || 403, { 'content-type': 'text/html' }).end('<html>')
}

async function ask(cookie: string, traceparent = '') {
  const headers = { ...asApi, cookie, ...(traceparent && { traceparent }) }
  const response = await fetch(`${stack.app.url}/api/session`, { headers })
  await response.arrayBuffer()
  return response.headers.get('x-session')
}

const KINDS = ['404', '405', '413', '415', '422', '431', '500', 'garbage', 'reset', 'silence']

/** Connections that present one made-up token after the other until they are told to stop. */
function attack(connections: number, kinds = KINDS) {
  let isOver = false
  let sent = 0
  const runs = Array.from({ length: connections }, async (_, connection) => {
    while (!isOver) {
      sent += 1
      const kind = kinds[(connection + sent) % kinds.length]
      await ask(`refreshToken=${kind}.${crypto.randomUUID()}`).catch(() => {})
      // Their content is the attack, not their number.
      await pause(250)
    }
  })
  return {
    sent: () => sent,
    async stop() {
      isOver = true
      await Promise.all(runs)
    },
  }
}

let people = 0
/** Somebody whose session is due, with the ended access token or with the refresh token alone. */
async function person(holds: 'both' | 'refresh token'): Promise<string> {
  people += 1
  const refreshToken = `person.p${people}`
  const token = holds === 'both' ? await accessToken(`p${people}`, 60) : undefined
  return cookieHeader({ refreshToken, ...(token && { accessToken: token }) })
}

const HONEST = 'f00d'.repeat(4)

/** A visit, and again when the machine was too busy to renew in time. */
async function visit(cookie: string): Promise<void> {
  const id = `${HONEST}${crypto.randomUUID().replaceAll('-', '').slice(16)}`
  await expect.poll(() => ask(cookie, `00-${id}-00f067aa0ba902b7-01`), { timeout: 120_000 }).toBe('renewed')
}

/** Events of visits for which no call was made. */
const spared = () =>
  stack.app
    .output()
    .split('\n')
    .filter((line) => line.includes('"breaker_open"') && line.includes(HONEST))

/** For a machine that does other things besides. */
const LONG = { timeout: 180_000 }

describe('ASVS 15.2.2: made-up refresh tokens cost no honest visitor a renewal', () => {
  test('two connections, before anybody else has come', LONG, async () => {
    const attackers = attack(2, ['500', 'silence', 'reset'])
    await expect.poll(() => stack.app.output(), { timeout: 60_000 }).toContain('"sessions":"unknown"')
    const visitors = await Promise.all(Array.from({ length: 23 }, () => person('both')))
    await Promise.all(visitors.map(visit))
    await attackers.stop()
    expect(spared()).toEqual([])
  })

  test('the largest cookies that fit a request are not forwarded', async () => {
    const cookie = ['0', '1', '2'].map((chunk) => `refreshToken.${chunk}=${'x'.repeat(4000)}`).join('; ')
    expect(await ask(cookie)).toBe('anonymous')
    const sent = stack.line.calls('/refreshtoken').map(({ headers }) => headers.cookie ?? '')
    expect(sent.filter((cookies) => cookies.includes('xxxx'))).toEqual([])
  })
})
