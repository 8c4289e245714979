import { SignJWT } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import type { EndedEntry } from '../ended/feed.ts'
import type { JsonObject } from '../gateway/json-object.ts'
import { createIssuer, handMade } from '../gateway/testing/issuer.ts'
import type { ReceiveOptions } from './receive.ts'
import { receiveSecurityEvents } from './receive.ts'
import { memoryStore } from './testing/memory-store.ts'

const ISSUER = 'https://transmitter.test'
const NOW = 1_900_000_000
const REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
const CHANGED = 'https://schemas.openid.net/secevent/caep/event-type/credential-change'
const ann = { format: 'iss_sub', iss: ISSUER, sub: 'ann' }

const signer = await createIssuer('ES256', 'set-key')

let ended: EndedEntry[]
let ignored: string[]
let shared: ReturnType<typeof memoryStore>
let now: number

beforeEach(() => {
  ended = []
  ignored = []
  now = NOW * 1000
  shared = memoryStore(() => now)
})

const claims = (changes: object = {}) => ({
  iss: ISSUER,
  aud: 'https://app.test',
  iat: NOW,
  jti: 'set-1',
  sub_id: ann,
  events: { [REVOKED]: {} },
  ...changes,
})
const sign = (changes: object = {}, header: object = {}) =>
  signer.sign(claims(changes), { typ: 'secevent+jwt', ...header })

const receiver = (options: Partial<ReceiveOptions> = {}) =>
  receiveSecurityEvents({
    issuer: ISSUER,
    audience: 'https://app.test',
    keys: { jwks: { keys: [signer.jwk] } },
    endings: { end: async (entry) => void ended.push(entry) },
    store: shared.store,
    onIgnored: (reason) => void ignored.push(reason),
    clock: () => now,
    ...options,
  })

const TYPE = { 'content-type': 'application/secevent+jwt' }
async function push(
  body: string,
  options: Partial<ReceiveOptions> = {},
  headers: Record<string, string> = TYPE,
) {
  const request = new Request('https://app.test/events', { method: 'POST', headers, body })
  const response = await receiver(options).POST(request)
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) }
}

describe('CAEP 1.0: what is received ends', () => {
  it('every session of a person, and is answered 202', async () => {
    const { status, headers, body } = await push(await sign())
    expect([status, headers.get('cache-control'), body]).toEqual([202, 'no-store', ''])
    expect(ended).toEqual([{ sub: 'ann', endedAt: NOW * 1000, reason: 'session-revoked' }])
  })

  it.each<[string, object, object]>([
    ['by an opaque name', { format: 'opaque', id: 'ann' }, { sub: 'ann' }],
    [
      'one session, where it is named',
      { format: 'complex', user: ann, session: { format: 'opaque', id: 's1' } },
      { sid: 's1' },
    ],
    ['a person, where no session is named', { format: 'complex', user: ann }, { sub: 'ann' }],
    ['a session, in the form of before', { session: { format: 'opaque', id: 's1' } }, { sid: 's1' }],
  ])('%s', async (_, subject, meant) => {
    expect((await push(await sign({ sub_id: subject }))).status).toBe(202)
    expect(ended).toMatchObject([meant])
  })

  it('whom the event itself names, as before RFC 9493', async () => {
    const events = { [REVOKED]: { subject: ann, event_timestamp: NOW - 30 } }
    expect((await push(await sign({ sub_id: undefined, events }))).status).toBe(202)
    expect(ended).toEqual([{ sub: 'ann', endedAt: (NOW - 30) * 1000, reason: 'session-revoked' }])
  })

  it('whom a table of yours knows', async () => {
    const subjectOf = async ({ email }: JsonObject) => (email === 'ann@example.com' ? { sub: '7' } : null)
    const sub_id = { format: 'email', email: 'ann@example.com' }
    await push(await sign({ sub_id }), { subjectOf })
    await push(await sign({ sub_id: { format: 'email', email: 'eve@example.com' }, jti: 'set-2' }), {
      subjectOf,
    })
    expect(ended).toMatchObject([{ sub: '7' }])
    expect(ignored).toEqual(['subject'])
  })

  it.each([
    ['password', 'update', 'password-changed'],
    ['fido2-platform', 'revoke', 'credential-change'],
    ['pin', 'delete', 'credential-change'],
  ])('after a credential-change of %s, %s', async (credential_type, change_type, reason) => {
    await push(await sign({ events: { [CHANGED]: { credential_type, change_type } } }))
    expect(ended).toMatchObject([{ sub: 'ann', reason }])
  })
})

describe('ends nothing, and is answered 202 so that it does not come again', () => {
  it.each<[string, object, string[]]>([
    [
      'a credential more',
      { events: { [CHANGED]: { credential_type: 'password', change_type: 'create' } } },
      ['event'],
    ],
    ['an event that is not on the list', { events: { 'urn:other': {} } }, ['event']],
    ['a person of another issuer', { sub_id: { ...ann, iss: 'https://evil.test' } }, ['subject']],
    ['a subject of a format that nobody knows', { sub_id: { format: 'did', url: 'did:x:1' } }, ['subject']],
    ['nobody', { sub_id: undefined }, ['subject']],
    ['a device alone', { sub_id: { format: 'complex', device: { format: 'opaque', id: 'd' } } }, ['subject']],
    [
      'a session that is not understood, though its person is',
      { sub_id: { format: 'complex', user: ann, session: { format: 'uri', uri: 'urn:x' } } },
      ['subject'],
    ],
    ['a name that is no text', { sub_id: { format: 'opaque', id: 7 } }, ['subject']],
    ['a name without an end', { sub_id: { format: 'opaque', id: 'x'.repeat(600) } }, ['subject']],
    [
      'a test of the stream',
      { events: { 'https://schemas.openid.net/secevent/ssf/event-type/verification': { state: 'x' } } },
      [],
    ],
  ])('%s', async (_, changes, reasons) => {
    expect((await push(await sign(changes))).status).toBe(202)
    expect([ended, ignored]).toEqual([[], reasons])
  })

  it('an event that was left out', async () => {
    expect((await push(await sign(), { events: ['credential-change'] })).status).toBe(202)
    expect([ended, ignored]).toEqual([[], ['event']])
  })
})

describe('RFC 8417, RFC 8935: a security event token', () => {
  it.each<[string, object, object, string]>([
    ['of another issuer', { iss: 'https://evil.test' }, {}, 'invalid_issuer'],
    ['without an issuer', { iss: undefined }, {}, 'invalid_issuer'],
    ['for somebody else', { aud: 'https://other.test' }, {}, 'invalid_audience'],
    ['for nobody', { aud: undefined }, {}, 'invalid_audience'],
    ['without a name', { jti: undefined }, {}, 'invalid_request'],
    ['whose name is empty', { jti: '' }, {}, 'invalid_request'],
    ['whose name is no text', { jti: 7 }, {}, 'invalid_request'],
    ['without a time', { iat: undefined }, {}, 'invalid_request'],
    ['whose time is no number', { iat: 'now' }, {}, 'invalid_request'],
    ['of tomorrow', { iat: NOW + 3600 }, {}, 'invalid_request'],
    ['of two days ago', { iat: NOW - 2 * 86_400 }, {}, 'invalid_request'],
    ['that has ended', { exp: NOW - 60 }, {}, 'invalid_request'],
    ['without events', { events: undefined }, {}, 'invalid_request'],
    ['with no event', { events: {} }, {}, 'invalid_request'],
    ['whose event is no object', { events: { [REVOKED]: true } }, {}, 'invalid_request'],
    ['with a nonce, as an ID token has', { nonce: 'n' }, {}, 'invalid_request'],
    ['whose subject is no object', { sub_id: 'ann' }, {}, 'invalid_request'],
    ['that is an ID token', {}, { typ: 'JWT' }, 'invalid_request'],
    ['that is an access token', {}, { typ: 'at+jwt' }, 'invalid_request'],
    ['that is a logout token', {}, { typ: 'logout+jwt' }, 'invalid_request'],
    ['without a type', {}, { typ: undefined }, 'invalid_request'],
    ['of a key that is not published', {}, { kid: 'other' }, 'invalid_key'],
    ['with a critical header', {}, { crit: ['urn:test'], 'urn:test': true }, 'invalid_request'],
  ])('%s is refused with its code, and ends nothing', async (_, changes, header, err) => {
    const { status, body } = await push(await sign(changes, header))
    expect([status, body.err]).toEqual([400, err])
    expect(ended).toEqual([])
    expect([...shared.values.keys()]).toEqual([])
  })

  const header = { typ: 'secevent+jwt', kid: 'set-key' }
  it.each<[string, () => Promise<string>]>([
    ['forged', async () => (await createIssuer('ES256', 'set-key')).sign(claims(), header)],
    ['with alg none', async () => handMade({ ...header, alg: 'none' }, claims(), '')],
    ['with alg none and a signature', async () => handMade({ ...header, alg: 'none' }, claims())],
    [
      'signed with the public key as a secret',
      () =>
        new SignJWT(claims())
          .setProtectedHeader({ ...header, alg: 'HS256' })
          .sign(new TextEncoder().encode(JSON.stringify(signer.jwk))),
    ],
    [
      'whose claims were changed',
      async () => {
        const [head, , signature] = (await sign()).split('.')
        return [
          head,
          Buffer.from(JSON.stringify(claims({ jti: 'other' }))).toString('base64url'),
          signature,
        ].join('.')
      },
    ],
    ['with white space', async () => `${await sign()}\n`],
    ['that is none', async () => 'x'],
    ['that is empty', async () => ''],
  ])('%s is refused', async (_, token) => {
    const { status, body } = await push(await token())
    expect(status).toBe(400)
    expect(['invalid_key', 'invalid_request']).toContain(body.err)
    expect(ended).toEqual([])
  })

  it('that was presented before is received, and ends nothing again: RFC 8935 2', async () => {
    const token = await sign()
    expect((await push(token)).status).toBe(202)
    now += 3_600_000
    expect((await push(token)).status).toBe(202)
    expect(ended).toHaveLength(1)
  })

  it('never ends what begins after it, whatever its event says of the time', async () => {
    const events = { [REVOKED]: { event_timestamp: NOW + 999_999 } }
    await push(await sign({ events }))
    await push(await sign({ iat: NOW + 30, jti: 'set-2' }))
    expect(ended.map(({ endedAt }) => endedAt)).toEqual([NOW * 1000, NOW * 1000])
  })

  it('that is longer than any is not read to its end', async () => {
    expect((await push('x'.repeat(20_000))).status).toBe(413)
  })

  it('is taken as such alone, and with the header that was agreed on', async () => {
    const token = await sign()
    expect((await push(token, {}, { 'content-type': 'application/jwt' })).body.err).toBe('invalid_request')
    const options = { authorization: 'Bearer the-secret-of-the-stream' }
    for (const authorization of ['', 'Bearer the-secret-of-the-strea', 'Bearer another'])
      expect(await push(token, options, { ...TYPE, authorization })).toMatchObject({
        status: 401,
        body: { err: 'authentication_failed' },
      })
    expect(ended).toEqual([])
    expect((await push(token, options, { ...TYPE, ...options })).status).toBe(202)
  })

  it('comes again when the store, or the keys, cannot be had', async () => {
    shared.isDown = true
    const refused = await push(await sign())
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    shared.isDown = false
    const fetch = () => Promise.reject(new TypeError('fetch failed'))
    const keys = { jwksUrl: 'https://transmitter.test/jwks' }
    expect((await push(await sign(), { keys, fetch })).status).toBe(503)
    const found = async () => Response.json({ keys: [signer.jwk] })
    expect((await push(await sign(), { keys, fetch: found })).status).toBe(202)
    expect(ended).toHaveLength(1)
  })

  it('is noted when it is done: one that could not be done is done the next time', async () => {
    const token = await sign()
    const down = new Error('down')
    const endings = { end: () => Promise.reject(down) }
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    expect((await push(token, { endings, onError })).status).toBe(503)
    expect(errors).toEqual([down])
    expect((await push(token)).status).toBe(202)
    expect(ended).toHaveLength(1)
  })
})
