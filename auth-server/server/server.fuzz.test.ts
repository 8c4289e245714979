import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll } from 'vitest'
import { anyJson, edited, edits, inHeader, textOf } from '../../scripts/testing/fuzz/inputs.ts'
import { holds, same } from '../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../scripts/testing/fuzz/property.ts'
import { CLAIMS, hs256, NOW, SECRET } from '../../scripts/testing/fuzz/tokens.ts'
import { readEnvironment } from '../config/environment.ts'
import { createLogger } from '../observe/logger.ts'
import { createServices } from '../services.ts'
import { openSqlite } from '../store/sqlite/sqlite.ts'
import { createApp } from './app.ts'
import { listen } from './server.ts'

const EMAIL = 'ada@example.com'
const PASSWORD = 'the right password of ada'

async function start() {
  const reading = readEnvironment({ ETLS_ACCESS: SECRET, ETLS_REFRESH: SECRET })
  if (!reading.ok) throw new Error(reading.problems.join('\n'))
  const clock = () => NOW * 1000
  const logged: string[] = []
  const logger = createLogger('debug', { write: (line) => void logged.push(line) })
  const store = await openSqlite({ path: ':memory:', clock })
  const dependencies = { store, settings: reading.value, clock, random: randomBytes, logger }
  const { passwords } = createServices(dependencies)
  await store.users.create({
    id: 'user-1',
    email: EMAIL,
    name: 'Ada',
    roles: ['user'],
    passwordHash: await passwords.hash(PASSWORD),
  })
  const server = await listen(createApp(dependencies), 0, '127.0.0.1')
  return {
    url: `http://127.0.0.1:${server.port}`,
    logged,
    stop: () => server.stop(0).then(() => store.close()),
  }
}

let started: ReturnType<typeof start> | undefined
afterAll(async () => (await started)?.stop())

const PATHS = [
  '/login',
  '/login',
  '/register',
  '/refreshtoken',
  '/logout',
  '/logout-all',
  '/sessions',
  '/sessions/x',
  '/password',
  '/me',
  '/.well-known/jwks.json',
  '/livez',
  '/login/',
  '//login',
  '/%',
  '/LOGIN',
  '/me%00',
]
const member = fc.oneof(
  fc.constantFrom<unknown>(EMAIL, 'eve@example.com', 'a wrong password', 'x', '', { $ne: null }, [EMAIL]),
  anyJson,
)
const body = fc.oneof(
  fc
    .record(
      {
        email: member,
        password: member,
        name: member,
        current: member,
        next: member,
        ['__proto__']: fc.constant({ roles: ['admin'] }),
        roles: fc.constant(['admin']),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  textOf(
    [
      '{',
      '}',
      '"email"',
      ':',
      `"${EMAIL}"`,
      ',',
      'email=',
      '&',
      'password=',
      '%zz',
      '[',
      ']',
      '\ufeff',
      '\\u0000',
    ],
    8,
  ),
  fc.constant('x'.repeat(20_000)),
)
const TYPES = [
  'application/json',
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data',
  'application/json; charset=utf-7',
  'application/json; charset=x',
  '',
]
/** A header that HTTP's own parser lets through: what it refuses never reaches the server. */
const sendable = (text: string) =>
  inHeader(text)
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, ' ')
    .trim()

const token = fc.oneof(
  fc
    .tuple(fc.constant(hs256({ alg: 'HS256', typ: 'at+jwt' }, CLAIMS)), edits)
    .map(([text, changes]) => edited(text, changes)),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constant('e1.AAAAAAAAAAAAAAAAAAAAAA.0.AAAAAAAA.'.padEnd(80, 'A')),
)
const cookie = fc
  .array(
    fc
      .tuple(fc.constantFrom('refreshToken', '__Host-refreshToken', 'x'), token)
      .map((pair) => pair.join('=')),
    { maxLength: 3 },
  )
  .map((pairs) => sendable(pairs.join('; ')))
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'POST', 'POST', 'DELETE', 'PUT', 'OPTIONS'),
  path: fc.constantFrom(...PATHS),
  type: fc.constantFrom(...TYPES),
  encoding: fc.constantFrom('', '', '', 'gzip', 'identity', 'x'),
  authorization: fc.oneof(
    fc.constant(''),
    token.map((text) => sendable(`Bearer ${text}`)),
  ),
  cookie,
  body: fc
    .tuple(body, fc.option(edits, { nil: [], freq: 3 }))
    .map(([text, changes]) => Buffer.from(edited(text, changes)).toString()),
})

/** Public requests, and a sign-out that does nothing. */
const OPEN = /^\/+(livez|\.well-known\/jwks\.json|logout)\/?$/i

fuzz(
  'request to the auth server',
  request,
  async ({ method, path, type, encoding, authorization, cookie, body }) => {
    started ??= start()
    const { url, logged } = await started
    const headers = Object.entries({
      'content-type': type,
      'content-encoding': encoding,
      authorization,
      cookie,
    }).filter(([, value]) => value !== '')
    const sent = method === 'GET' ? {} : { body }
    const response = await fetch(url + path, { method, headers, redirect: 'manual', ...sent }).catch(
      (error: unknown) => {
        // The rest of a body that is too large is not waited for, and the connection is closed.
        if (body.length > 16_384) return undefined
        throw error
      },
    )
    if (!response) return
    const text = await response.text()
    holds(response.status < 500, `${response.status}: nothing that is sent breaks it`)
    same(
      response.headers.get('cache-control')?.includes('no-store') || path.includes('jwks'),
      true,
      'nothing is stored',
    )
    holds(
      !/accessToken|"at |node_modules/.test(text) || response.status === 201,
      'nobody is signed in, and no stack is shown',
    )
    if (response.ok && response.status !== 201) holds(OPEN.test(path), `${method} ${path} needs somebody`)
    if (response.status === 201) holds(/^\/+register\/?$/i.test(path), 'only a registration makes something')
    if (response.status === 201)
      same(JSON.parse(text).userData.roles, ['user'], 'nobody makes themselves an administrator')
    if (!response.ok && text !== '')
      same(Object.keys(JSON.parse(text)).slice(0, 2), ['error', 'error_description'], 'an error has one form')
    const log = logged.splice(0).join('')
    for (const secret of [authorization.slice(7), ...cookie.split('=')].filter((one) => one.length > 40))
      holds(!log.includes(secret), 'no token is logged')
  },
  { few: 60 },
)
