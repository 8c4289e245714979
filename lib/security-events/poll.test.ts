import { beforeEach, describe, expect, it } from 'vitest'
import type { EndedEntry } from '../ended/feed.ts'
import { createIssuer } from '../gateway/testing/issuer.ts'
import { pollSecurityEvents } from './poll.ts'
import { memoryStore } from './testing/memory-store.ts'

const ISSUER = 'https://transmitter.test'
const REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
const signer = await createIssuer('ES256', 'set-key')

type Asked = {
  maxEvents: number
  returnImmediately: boolean
  ack: string[]
  setErrs: Record<string, { err: string }>
}

let waiting: Record<string, string>
let asked: Asked[]
let ended: EndedEntry[]
let answer: ((asked: Asked) => Response | Promise<Response>) | undefined
let authorizations: (string | null)[]

beforeEach(() => {
  waiting = {}
  asked = []
  ended = []
  answer = undefined
  authorizations = []
})

const sign = (jti: string, changes: object = {}) =>
  signer.sign(
    {
      iss: ISSUER,
      aud: 'app',
      iat: Math.floor(Date.now() / 1000),
      jti,
      sub_id: { format: 'opaque', id: jti },
      events: { [REVOKED]: {} },
      ...changes,
    },
    { typ: 'secevent+jwt' },
  )

/** A transmitter that hands out two at a time, until they are acknowledged or refused. */
async function transmit(body: Asked): Promise<Response> {
  for (const jti of [...body.ack, ...Object.keys(body.setErrs)]) delete waiting[jti]
  const sets = Object.fromEntries(Object.entries(waiting).slice(0, 2))
  return Response.json({ sets, moreAvailable: Object.keys(waiting).length > 2 })
}

const polls = (onError?: (error: unknown) => void) =>
  pollSecurityEvents({
    endpoint: `${ISSUER}/poll`,
    authorization: 'Bearer of-the-stream',
    issuer: ISSUER,
    audience: 'app',
    keys: { jwks: { keys: [signer.jwk] } },
    endings: { end: async (entry) => void ended.push(entry) },
    store: memoryStore().store,
    ...(onError && { onError }),
    fetch: async (_url, { headers, body }) => {
      const question = JSON.parse(String(body)) as Asked
      asked.push(question)
      authorizations.push(new Headers(headers).get('authorization'))
      return answer ? answer(question) : transmit(question)
    },
  })

describe('RFC 8936: polls', () => {
  it('fetch everything, do it, and acknowledge it', async () => {
    for (const jti of ['a', 'b', 'c']) waiting[jti] = await sign(jti)
    await polls().once()
    expect(ended.map((entry) => 'sub' in entry && entry.sub)).toEqual(['a', 'b', 'c'])
    expect(asked.map(({ ack }) => ack)).toEqual([[], ['a', 'b'], ['c']])
    expect(new Set(authorizations)).toEqual(new Set(['Bearer of-the-stream']))
    expect(waiting).toEqual({})
  })

  it('tell the transmitter which were no good, and ends nothing by them', async () => {
    waiting.good = await sign('good')
    waiting.foreign = await sign('foreign', { iss: 'https://evil.test' })
    waiting.renamed = await sign('another')
    waiting.forged = await (await createIssuer('ES256', 'set-key')).sign({}, { typ: 'secevent+jwt' })
    await polls().once()
    expect(ended).toMatchObject([{ sub: 'good' }])
    const told = Object.assign({}, ...asked.map(({ setErrs }) => setErrs)) as Asked['setErrs']
    expect(Object.fromEntries(Object.entries(told).map(([jti, { err }]) => [jti, err]))).toEqual({
      foreign: 'invalid_issuer',
      renamed: 'invalid_request',
      forged: 'invalid_key',
    })
    expect(waiting).toEqual({})
  })

  it.each<[string, () => Response]>([
    ['an error', () => new Response('', { status: 500 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.test' } })],
    ['something else', () => Response.json([])],
    ['no sets', () => Response.json({ sets: [] })],
    ['no JSON', () => new Response('<p>')],
    ['too much', () => new Response('x'.repeat(5_000_000))],
  ])('throw at %s', async (_, reply) => {
    answer = reply
    await expect(polls().once()).rejects.toThrow()
    expect(ended).toEqual([])
  })

  it('go on by themselves, one at a time, and end with their signal', async () => {
    const end = new AbortController()
    const errors: unknown[] = []
    let calls = 0
    answer = async (question) => {
      calls += 1
      if (calls === 1) return new Response('', { status: 503 })
      if (calls === 2) return Response.json({ sets: { a: await sign('a') } })
      expect(question.ack).toEqual(['a'])
      end.abort()
      return Response.json({ sets: {} })
    }
    await polls((error) => errors.push(error)).follow(end.signal)
    expect([calls, errors.length, ended.length]).toEqual([3, 1, 1])
    expect(asked.map(({ returnImmediately }) => returnImmediately)).toEqual([false, false, true])
  })
})
