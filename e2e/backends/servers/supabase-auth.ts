import { randomUUID } from 'node:crypto'
import { ANNA, createLedger, jwt, now, readJwt } from '../support/ledger.ts'
import { type Call, startBackend } from '../support/server.ts'

/** Supabase GoTrue: one path for both grants, every call with `apikey`, `session_id` in the token. */
export async function startSupabaseAuth() {
  const key = randomUUID() + randomUUID()
  const apikey = 'anon-key-of-the-project'
  const ledger = createLedger()
  const live = new Map<string, string>()
  const answer = ({ refreshToken, family }: ReturnType<typeof ledger.begin>) => {
    const claims = { sub: ANNA.id, aud: 'authenticated', role: 'authenticated', session_id: family }
    const more = {
      email: ANNA.email,
      app_metadata: { roles: ANNA.roles },
      user_metadata: { name: ANNA.name },
    }
    const accessToken = jwt({ ...claims, ...more, iat: now(), exp: now() + 3600, jti: randomUUID() }, key)
    live.set(accessToken, refreshToken)
    return {
      status: 200,
      body: {
        access_token: accessToken,
        token_type: 'bearer',
        expires_in: 3600,
        expires_at: now() + 3600,
        refresh_token: refreshToken,
        user: { id: ANNA.id, email: ANNA.email },
      },
    }
  }
  const withKey = (route: (call: Call) => object) => (call: Call) =>
    (call.headers.apikey === apikey
      ? route(call)
      : { status: 401, body: { message: 'No API key found in request' } }) as { status: number }
  const backend = await startBackend({
    'POST /auth/v1/token': withKey(({ query, body }) => {
      if (query.get('grant_type') === 'password')
        return body.email === ANNA.email && body.password === ANNA.password
          ? answer(ledger.begin())
          : { status: 400, body: { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login' } }
      const pair = ledger.refresh(body.refresh_token)
      return pair
        ? answer(pair)
        : { status: 400, body: { code: 400, error_code: 'refresh_token_not_found', msg: 'Invalid' } }
    }),
    'POST /auth/v1/logout': withKey(({ bearer }) => {
      ledger.end(live.get(bearer ?? ''))
      return { status: 204 }
    }),
    'GET /rest/v1/hello': withKey(({ bearer }) =>
      readJwt(bearer, key) ? { status: 200, body: { hello: ANNA.name } } : { status: 401 },
    ),
  })
  return { ...backend, ledger, apikey }
}
