import fc from 'fast-check'
import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import type { ApiDescription } from './description.ts'
import * as presets from './presets.ts'
import { foreignJwt } from './testing/api-server.ts'
import { contextAt, NOW, opened } from './testing/opened.ts'

process.env.SUPABASE_ANON_KEY = 'key'
process.env.COGNITO_CLIENT_ID = 'id'
process.env.BETTER_AUTH_URL = 'https://app.test'
process.env.OAUTH_CLIENT_ID = 'id'
process.env.OAUTH_CLIENT_SECRET = 'secret'

/** Asked of each answer by itself: what the description under test says of it. */
const DESCRIPTIONS: Readonly<Record<string, ApiDescription>> = {
  ...presets,
  'with every default': { signIn: '/login', refresh: '/refresh' },
  'that fails itself': {
    signIn: '/login',
    refresh: '/refresh',
    refused: (_, body) => body.a.b,
    person: ({ answer }) => ({ id: answer.a.b }),
  },
}

const names = fc.constantFrom(
  'accessToken',
  'access_token',
  'token',
  'refreshToken',
  'expires_in',
  'exp',
  'user',
  'id',
  'error',
  'a',
  '__proto__',
)
const token = fc.oneof(
  fc.constantFrom(
    'opaque',
    '',
    ' ',
    'ü',
    'a;b',
    foreignJwt({ sub: 'ann', exp: NOW + 60 }),
    foreignJwt({ sub: 'bob', exp: NOW + 60 }),
  ),
  fc.object().map((claims) => foreignJwt(claims)),
  fc.string(),
)
const json = fc
  .oneof(fc.dictionary(names, fc.oneof(token, fc.integer(), fc.double(), fc.jsonValue())), fc.jsonValue())
  .map((value) => JSON.stringify(value))
const answer = fc.record({
  status: fc.oneof(fc.constantFrom(200, 401, 403, 400, 302, 429, 500), fc.integer({ min: 200, max: 599 })),
  text: fc.oneof(json, fc.string()),
  cookies: fc.array(
    fc.oneof(
      token.map((value) => `jwt=${value}`),
      fc.string(),
    ),
    { maxLength: 3 },
  ),
})

/** A session of ann's, as sealed by nothing but a sign-in. */
async function sessionOf(name: string, fetch: (url: string) => Promise<Response>) {
  const description = DESCRIPTIONS[name] as ApiDescription
  const api = opened({ ...description, person: () => ({ id: 'ann' }) }, 'https://api.test')
  const accepted = await api.backend.accept(
    { accessToken: 'a', refreshToken: 'r' },
    contextAt(NOW, { fetch }),
  )
  if (accepted.result !== 'begun') throw new Error('no session')
  return accepted.tokens.refreshToken ?? ''
}

test.each(Object.keys(DESCRIPTIONS))(
  '%s: whatever is answered, it is one of three, and nobody else',
  async (name) => {
    const description = DESCRIPTIONS[name] as ApiDescription
    const api = opened(description, 'https://api.test')
    const presented = await sessionOf(name, () => Promise.reject(new Error('not asked')))
    await fc.assert(
      fc.asyncProperty(answer, async ({ status, text, cookies }) => {
        const bodies = [101, 204, 205, 304].includes(status) ? null : text
        const fetch = async () => {
          const headers = new Headers({ 'content-type': 'application/json' })
          for (const cookie of cookies)
            if (/^[\x20-\x7e]*$/.test(cookie)) headers.append('set-cookie', cookie)
          return new Response(bodies, { status, headers })
        }
        const context = contextAt(NOW, { fetch })
        const result = await api.refresh(presented, context)
        expect(['rotated', 'refused', 'unavailable']).toContain(result.result)
        expect(result.result === 'refused').toBe(saysRefused(description, status, bodies ?? ''))
        if (result.result === 'rotated') {
          const seen = await api.rotated(result)
          expect(seen.claims.subject).toBe('ann')
          expect(seen.claims.expiresAt - NOW).toBeLessThanOrEqual(description.maxLife ?? 3600)
        }
        const begun = await api.signIn({}, context)
        expect(['begun', 'answered', 'unavailable']).toContain(begun.result)
      }),
      { numRuns: 60 },
    )
  },
)

function saysRefused(
  { refused = (status) => status === 401 }: ApiDescription,
  status: number,
  text: string,
): boolean {
  let body: unknown = text
  try {
    body = JSON.parse(text)
  } catch {
    // It is text.
  }
  try {
    return Boolean(refused(status, body))
  } catch {
    return false
  }
}

test('what a browser presents is believed when this gateway made it, and not otherwise', async () => {
  const api = opened({ signIn: '/login', refresh: '/refresh' }, 'https://api.test')
  const fetch = () => Promise.reject(new Error('a call was made'))
  const forged = [
    'r',
    foreignJwt({ sub: 'ann' }),
    'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwidHlwIjoicmVmcmVzaCtqd2UifQ..a.b.c',
    await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32)),
  ]
  for (const refreshToken of forged)
    expect(await api.refresh(refreshToken, contextAt(NOW, { fetch }))).toEqual({
      result: 'refused',
      reason: 'invalid_refresh_token',
    })
})
