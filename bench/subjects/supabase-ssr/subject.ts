import { createServerClient } from '@supabase/ssr'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { cookieHeader, LIFE, type Subject } from '../subject.ts'

const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
const kid = 'benchmark'
const url = 'https://benchmark.supabase.co'

async function session(number: number) {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  const email = `user-${number}@example.com`
  const now = Math.floor(Date.now() / 1000)
  const access_token = await new SignJWT({
    email,
    role: 'authenticated',
    aal: 'aal1',
    session_id: id,
    app_metadata: { provider: 'email' },
    user_metadata: {},
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid })
    .setIssuer(`${url}/auth/v1`)
    .setAudience('authenticated')
    .setSubject(id)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFE)
    .sign(privateKey)
  const user = {
    id,
    email,
    aud: 'authenticated',
    role: 'authenticated',
    app_metadata: { provider: 'email' },
    user_metadata: {},
    created_at: '2026-01-01T00:00:00Z',
  }
  return {
    access_token,
    refresh_token: `refresh-${number}`,
    token_type: 'bearer',
    expires_in: LIFE,
    expires_at: now + LIFE,
    user,
  }
}

/** GoTrue's answer to a sign-in, in its place. */
function goTrue(answer: unknown): typeof fetch {
  return async () => Response.json(answer)
}

export const subject: Subject = {
  label: '@supabase/ssr',
  peer: true,
  packages: ['@supabase/ssr', '@supabase/supabase-js'],
  note: 'a client for each request and `getClaims()`; cookies written by its own client at a sign-in, access token signed with ES256. Supabase’s key set and the sign-in are answered from memory',
  sessions: {
    env: { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_benchmark' },
    network: {
      [`${url}/auth/v1/.well-known/jwks.json`]: {
        keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }],
      },
    },
    cookie: async (user) => {
      const jar: { name: string; value: string }[] = []
      const client = createServerClient(url, 'sb_publishable_benchmark', {
        global: { fetch: goTrue(await session(user)) },
        cookies: { getAll: () => [], setAll: (cookies) => void jar.push(...cookies) },
      })
      const { error } = await client.auth.signInWithPassword({
        email: `user-${user}@example.com`,
        password: 'benchmark',
      })
      if (error) throw error
      return cookieHeader(jar)
    },
    tampered: (cookie) => {
      const [name = '', value = ''] = cookie.split('=base64-')
      const held = JSON.parse(Buffer.from(value, 'base64url').toString())
      const [header, , signature] = held.access_token.split('.')
      const claims = { ...decodeJwt(held.access_token), role: 'service_role' }
      const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
      const forged = { ...held, access_token: `${header}.${payload}.${signature}` }
      return `${name}=base64-${Buffer.from(JSON.stringify(forged)).toString('base64url')}`
    },
  },
}
