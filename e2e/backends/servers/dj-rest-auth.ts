import { randomUUID } from 'node:crypto'
import { ANNA, createLedger, jwt, now, readJwt } from '../support/ledger.ts'
import { startBackend } from '../support/server.ts'

/** dj-rest-auth with JWT: the access token in JSON, the refresh token in a cookie whose name the project chooses. */
export async function startDjRestAuth() {
  const key = randomUUID() + randomUUID()
  const ledger = createLedger()
  const access = () =>
    jwt({ token_type: 'access', exp: now() + 300, iat: now(), jti: randomUUID(), user_id: 42 }, key)
  const refreshCookie = (token: string) =>
    `my-refresh-token=${token}; expires=${new Date(Date.now() + 86_400_000).toUTCString()}; HttpOnly; Max-Age=86400; Path=/; SameSite=Lax`
  const user = { pk: 42, username: 'anna', email: ANNA.email, first_name: ANNA.name, last_name: '' }
  const backend = await startBackend({
    'POST /auth/login/': ({ body }) =>
      body.username === 'anna' && body.password === ANNA.password
        ? {
            status: 200,
            body: { access: access(), refresh: '', user },
            cookies: [refreshCookie(ledger.begin().refreshToken)],
          }
        : { status: 400, body: { non_field_errors: ['Unable to log in with provided credentials.'] } },
    'POST /auth/token/refresh/': ({ body, cookies }) => {
      const pair = ledger.refresh(body.refresh || cookies['my-refresh-token'])
      return pair
        ? {
            status: 200,
            body: { access: access(), access_expiration: new Date(Date.now() + 300_000).toISOString() },
            cookies: [refreshCookie(pair.refreshToken)],
          }
        : { status: 401, body: { detail: 'Token is blacklisted', code: 'token_not_valid' } }
    },
    'POST /auth/logout/': ({ body, cookies }) => {
      ledger.end(body.refresh || cookies['my-refresh-token'])
      return { status: 200, body: { detail: 'Successfully logged out.' } }
    },
    'GET /auth/user/': ({ bearer }) => (readJwt(bearer, key) ? { status: 200, body: user } : { status: 401 }),
  })
  return { ...backend, ledger }
}
