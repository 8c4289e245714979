import { describe, expect, it, test } from 'vitest'
import { environmentProblems } from './environment.ts'

const SECRET = 'a secret of the tests that is long enough'

test('an empty environment is fine to build with, and lacks one thing to serve with', () => {
  expect(environmentProblems({}, false)).toEqual([])
  expect(environmentProblems({}, true)).toEqual([
    'GATEWAY_SECRET: is missing; run `npx evergate keys make`, which makes one',
  ])
})

test('a shared secret is enough to serve with: the gateway’s own is derived from it', () => {
  expect(environmentProblems({ ETLS_ACCESS: SECRET }, true)).toEqual([])
})

test('an empty variable counts as unset', () => {
  expect(environmentProblems({ ETLS_ACCESS: '', JWKS: '', PORT: '', GATEWAY_SECRET: SECRET }, true)).toEqual(
    [],
  )
})

describe('a good value is accepted', () => {
  it.each([
    ['REMOTE_API', 'https://api.example/v1/'],
    ['ETLS_ACCESS', 'zwölf Boxkämpfer jagen Viktor quer'],
    ['GATEWAY_SECRET', `${SECRET},${SECRET}x`],
    ['JWKS', '{"keys":[{"kty":"EC"}]}'],
    ['JWKS_URL', 'http://127.0.0.1:1/keys?v=1'],
    ['RENEW_BEFORE', '0'],
    ['REFRESH_TIMEOUT', '250'],
    ['STALE_IF_ERROR', '3600'],
    ['COOKIE_SECURE', 'true'],
    ['TRUST_PROXY', 'loopback'],
    ['PORT', '0'],
    ['LOG_LEVEL', 'silent'],
  ])('%s=%s', (name, value) => expect(environmentProblems({ [name]: value }, false)).toEqual([]))
})

describe('a bad value is one readable line that does not repeat it', () => {
  it.each([
    ['JWKS', '{"keys":[]}'],
    ['REMOTE_API', 'ftp://api.example'],
    ['REMOTE_API', 'api.example'],
    ['REMOTE_API', 'http://eve:short-secret@api.example'],
    ['REMOTE_API', 'http://eve@api.example'],
    ['REMOTE_API', 'http://api.example?key=short-secret'],
    ['REMOTE_API', 'http://api.example/#v1'],
    ['REMOTE_API', ' http://api.example '],
    ['ETLS_ACCESS', 'short-secret'],
    ['ETLS_ACCESS', 'changeme'.repeat(4)],
    ['ETLS_ACCESS', 'x'.repeat(64)],
    // Seven characters in every order; eight that are repeated, and cut off.
    ['ETLS_ACCESS', 'abcdefggfedcbacegbdfaabbccddeeffgg'],
    ['ETLS_ACCESS', 'abcdefgh'.repeat(5).slice(0, 37)],
    ['GATEWAY_SECRET', `${SECRET},short-secret`],
    ['GATEWAY_SECRET', `${SECRET},`],
    ['GATEWAY_SECRET', `${SECRET},${'changeme'.repeat(4)}`],
    ['JWKS', '[]'],
    ['JWKS', '{"keys":'],
    ['JWKS_URL', 'keys.json'],
    ['JWKS_URL', 'https://eve:short-secret@api.example/keys'],
    ['RENEW_BEFORE', '-1'],
    ['RENEW_BEFORE', '1.5'],
    ['REFRESH_TIMEOUT', '0'],
    ['REFRESH_TIMEOUT', 'soon'],
    ['STALE_IF_ERROR', '1e3'],
    ['COOKIE_SECURE', 'yes'],
    ['PORT', '65536'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s', (name, value) => {
    const [line = '', ...others] = environmentProblems({ [name]: value }, false)
    expect(others).toEqual([])
    expect(line).toMatch(new RegExp(`^${name}: must (be|have) [^\\n]+$`))
    expect(line).not.toContain('short-secret')
  })
})

describe('a shared secret is as long as the hash of its algorithm, and may be bytes', () => {
  const bytes = Buffer.from(Array.from({ length: 64 }, (_, index) => (index * 37) % 251))
  const hex = `hex:${bytes.toString('hex')}`
  it.each([
    { ETLS_ACCESS: hex },
    { ETLS_ACCESS: hex, TOKEN_ALG: 'HS512' },
    { ETLS_ACCESS: `base64:${bytes.toString('base64')}`, TOKEN_ALG: 'HS384' },
    { TOKEN_ALG: 'PS512' },
    { TOKEN_ALG: 'EdDSA' },
  ])('%j', (env) => expect(environmentProblems(env, false)).toEqual([]))

  it.each<[string, Record<string, string>]>([
    ['ETLS_ACCESS: must have at least 48 bytes for HS384', { ETLS_ACCESS: SECRET, TOKEN_ALG: 'HS384' }],
    [
      'ETLS_ACCESS: must have at least 64 bytes for HS512',
      { ETLS_ACCESS: hex.slice(0, -2), TOKEN_ALG: 'HS512' },
    ],
    ['ETLS_ACCESS: is no hex:… or base64:… of bytes', { ETLS_ACCESS: `${hex}x` }],
    ['ETLS_ACCESS: is no hex:… or base64:… of bytes', { ETLS_ACCESS: `base64:${SECRET}` }],
    ['ETLS_ACCESS: must have at least 32 bytes', { ETLS_ACCESS: `hex:${'0123456789abcdef'.repeat(3)}` }],
    [
      'TOKEN_ALG: ES256 needs a key set in the place of ETLS_ACCESS',
      { ETLS_ACCESS: SECRET, TOKEN_ALG: 'ES256' },
    ],
    ['TOKEN_ALG: HS256 needs ETLS_ACCESS', { TOKEN_ALG: 'HS256' }],
    ['TOKEN_ALG: must be', { TOKEN_ALG: 'none' }],
  ])('%s', (problem, env) => {
    const problems = environmentProblems(env, false)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(problem)
  })
})
