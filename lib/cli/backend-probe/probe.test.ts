import { beforeEach, describe, expect, it } from 'vitest'
import type { Arrived, Reply } from '../../backend/testing/api-server.ts'
import { apiServer, foreignJwt } from '../../backend/testing/api-server.ts'
import type { Io } from '../io.ts'
import { evergate, folderWith } from '../testing/io.ts'

const BACKEND = new URL('../../backend/index.ts', import.meta.url).href
const server = apiServer()
beforeEach(() => server.forget())

const now = () => Math.floor(Date.now() / 1000)
const PASSWORD = 'the-password-of-ann'
const SECRET_PARTS = /eyJ|the-password|rt-secret|opaque-secret/
const secrets = { EVERGATE_EMAIL: 'ann@example.com', EVERGATE_PASSWORD: PASSWORD }

/** Runs a probe; whatever it says, it shows no token and no password. */
async function probe(line: string, files: Record<string, string> = {}, more: object = {}) {
  const env = { REMOTE_API: server.url(), ...secrets }
  const result = await evergate(`doctor --probe ${line}`, { cwd: folderWith(files), env, ...more })
  expect(result.out + result.err).not.toMatch(SECRET_PARTS)
  return result
}

/** A backend that has used a refresh token up is done with its session. */
function rotating(reads: (request: Arrived) => string | undefined, answer: (token: string) => Reply) {
  let good = ''
  let count = 0
  const issue = () => {
    count += 1
    good = `rt-secret-${count}`
    return answer(good)
  }
  server.on('/in', ({ text }) => (text.includes(PASSWORD) ? issue() : { status: 401 }))
  server.on('/renew', (request) => {
    const isGood = good !== '' && reads(request) === good
    good = ''
    return isGood ? issue() : { status: 401 }
  })
}
const access = (claims: object = { sub: 'ann' }) =>
  foreignJwt({ exp: now() + 300, ...claims, nonce: Math.random() })
const body = (name: string) => (request: Arrived) => {
  try {
    return JSON.parse(request.text)[name]
  } catch {
    return undefined
  }
}

describe('a backend that nobody has described', () => {
  it.each<[string, () => void, string]>([
    [
      'with a refresh token in the body',
      () =>
        rotating(body('refreshToken'), (refreshToken) => ({ json: { accessToken: access(), refreshToken } })),
      "  refresh: '/renew',",
    ],
    [
      'under names of its own',
      () =>
        rotating(body('renewal_token'), (token) => ({
          json: { data: { bearer: access({ user_id: 7 }), renewal_token: token } },
        })),
      "  refresh: { path: '/renew', refreshToken: 'body:renewal_token' },",
    ],
    [
      'as bearer token',
      () =>
        rotating(
          ({ headers }) => headers.authorization?.replace('Bearer ', ''),
          (token) => ({ json: { access_token: access(), refresh_token: token } }),
        ),
      "  refresh: { path: '/renew', refreshToken: 'bearer' },",
    ],
    [
      'in a cookie',
      () =>
        rotating(
          ({ headers }) => /jwt=([^;]+)/.exec(headers.cookie ?? '')?.[1],
          (token) => ({
            json: { accessToken: access() },
            headers: { 'set-cookie': `jwt=${token}; HttpOnly` },
          }),
        ),
      "  refresh: { path: '/renew', refreshToken: 'cookie:jwt' },",
    ],
    [
      'with one token that slides',
      () => {
        server.on('/in', () => ({ json: { token: access() } }))
        server.on('/renew', () => ({ json: { token: access({ sub: 'ann', exp: now() + 900 }) } }))
      },
      "  refresh: { path: '/renew', accessToken: 'bearer' },",
    ],
  ])('%s: its description is proposed, and works', async (_, start, expected) => {
    start()
    const { code, out } = await probe('--sign-in /in --refresh /renew')
    expect(out).toContain('renew')
    expect(out).toContain(expected)
    expect(code).toBe(0)
    // The next probe finds the proposal right, once it stands in its file.
    const proposal = out.slice(out.indexOf('import {')).replace("'evergate/backend'", `'${BACKEND}'`)
    const again = await probe('', { 'session-backend.mjs': proposal, ...CONFIG })
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('person: an id')])
  })

  it('whose tokens name one role: it is proposed, too', async () => {
    rotating(body('refreshToken'), (token) => ({
      json: {
        accessToken: foreignJwt({ userId: 'u7', role: 'ADMIN', exp: now() + 300 }),
        refreshToken: token,
      },
    }))
    const { out } = await probe('--sign-in /in --refresh /renew')
    expect(out).toContain('person: ({ claims }) => ({ id: claims.userId, roles: [claims.role] }),')
  })

  it.each([
    ['gives no other token', () => ({ status: 404 })],
    ['gives one with the same end', ({ token }: { token: string }) => ({ json: { accessToken: token } })],
  ] as const)('that does not renew and %s is told what it lacks', async (_, exchange) => {
    const exp = now() + 300
    const token = foreignJwt({ sub: '7', exp })
    server.on('/authentication', ({ headers }) =>
      headers.authorization
        ? exchange({ token: foreignJwt({ sub: '7', exp, jti: 2 }) })
        : { json: { accessToken: token } },
    )
    const { code, out } = await probe('--sign-in /authentication')
    expect([code, out]).toEqual([1, expect.stringContaining('This backend does not renew')])
  })

  it('whose sign-in brings nothing says so', async () => {
    server.on('/in', { status: 400, json: { error: 'no such field' } })
    const { code, out } = await probe('--sign-in /in --refresh /renew')
    expect([code, out]).toEqual([1, expect.stringContaining('There is no token in it')])
  })
})

const CONFIG = {
  'next.config.mjs':
    "import { withGateway } from 'evergate/next/config'\nexport default withGateway({}, { backend: './session-backend.mjs' })\n",
}
const described = (text: string) => ({
  ...CONFIG,
  'session-backend.mjs': `import { apiBackend } from '${BACKEND}'\nexport default apiBackend(${text})\n`,
})

describe('a described backend', () => {
  const WELL = `{ signIn: '/in', refresh: { path: '/renew', method: 'PUT', refreshToken: 'header:x-refresh' }, signOut: '/out',
    tokens: { access: ['/nowhere', '/a/t'], refresh: '/a/r' }, me: '/me', person: ({ me }) => ({ id: me.id, roles: ['admin'] }) }`

  it('is called as it is described, and each place says what it finds', async () => {
    const json = () => ({ json: { a: { t: 'opaque-secret-token', r: 'rt-secret-1' }, expires_in: 60 } })
    server.on('/in', json())
    server.on('/renew', ({ method, headers }) =>
      method === 'PUT' && headers['x-refresh'] === 'rt-secret-1' ? json() : { status: 400 },
    )
    server.on('/me', { json: { id: 1 } })
    server.on('/out', { status: 204 })
    const { code, out } = await probe('', described(WELL))
    expect(out.split('\n')).toEqual([
      'sign-in: /in answers 200',
      '  access token: /a/t (opaque, 19 characters)',
      '  refresh token: /a/r (opaque, 11 characters)',
      '  believed for 60 s',
      'me: /me answers 200',
      '  person: an id, roles ["admin"]',
      'refresh: /renew answers 200',
      '  access token: /a/t (opaque, 19 characters)',
      '  refresh token: /a/r (opaque, 11 characters)',
      '  believed for 60 s',
      'sign-out: /out answers 204',
      '',
    ])
    expect(code).toBe(0)
  })

  it('that has no such path is told how to have others proposed', async () => {
    const { code, out } = await probe('', described("{ signIn: '/nowhere', refresh: '/renew' }"))
    expect([code, out]).toEqual([1, expect.stringContaining('--sign-in /auth/login --refresh /auth/refresh')])
  })

  it('whose places hold nothing, or whose person is nobody, is told which', async () => {
    server.on('/in', { json: { token: 'opaque-secret-token' } })
    const nowhere = await probe('', described(WELL))
    expect([nowhere.code, nowhere.out]).toEqual([
      1,
      expect.stringContaining('access token: none at /nowhere, /a/t'),
    ])
    const nobody = await probe(
      '',
      described(`{ signIn: '/in', refresh: '/renew', person: ({ answer }) => ({ id: answer.user.id }) }`),
    )
    expect([nobody.code, nobody.out]).toEqual([
      1,
      expect.stringContaining("person: finds no id: Cannot read properties of undefined (reading 'id')"),
    ])
  })

  it('that cannot be loaded says why', async () => {
    const { code, err } = await probe('', { ...CONFIG, 'session-backend.mjs': 'export default 7' })
    expect([code, err]).toEqual([1, expect.stringContaining('its default export is no backend')])
  })
})

describe('credentials', () => {
  const files = described(`{ signIn: '/in', refresh: '/renew' }`)
  const seen = () => server.last('/in').text

  it('come from one variable, with the names that the backend has', async () => {
    const env = {
      REMOTE_API: server.url(),
      EVERGATE_CREDENTIALS: JSON.stringify({ user: 'ann', pwd: PASSWORD }),
    }
    await probe('', files, { env })
    expect(JSON.parse(seen())).toEqual({ user: 'ann', pwd: PASSWORD })
  })

  it('are asked for at a terminal, which does not show the password', async () => {
    const shown: string[] = []
    const ask: Io['ask'] = async (question, { secret = false } = {}) => {
      if (!secret) shown.push(question)
      return /password/i.test(question) ? PASSWORD : 'ann@example.com'
    }
    await probe('', files, { env: { REMOTE_API: server.url() }, ask })
    expect(shown).toEqual(['E-mail address: '])
    expect(JSON.parse(seen())).toEqual({ email: 'ann@example.com', password: PASSWORD })
  })

  it.each([{}, { EVERGATE_CREDENTIALS: `the-password` }])('are needed: %j', async (env) => {
    const { code, out } = await probe('', files, { env: { REMOTE_API: server.url(), ...env } })
    expect([code, out, server.arrived]).toEqual([2, '', []])
  })
})
