import { randomUUID } from 'node:crypto'
import { ANNA, createLedger, jwt, now, readJwt } from '../support/ledger.ts'
import { startBackend } from '../support/server.ts'

/** Directus: answers wrapped in `data`, life in milliseconds, errors in a list. */
export async function startDirectus() {
  const key = randomUUID() + randomUUID()
  const ledger = createLedger()
  const refuse = {
    status: 401,
    body: { errors: [{ message: 'Invalid user credentials.', extensions: { code: 'INVALID_CREDENTIALS' } }] },
  }
  const answer = ({ refreshToken }: { refreshToken: string }) => {
    const claims = { id: ANNA.id, role: 'editor', app_access: true, admin_access: false, iss: 'directus' }
    const accessToken = jwt({ ...claims, iat: now(), exp: now() + 900, jti: randomUUID() }, key)
    return {
      status: 200,
      body: { data: { access_token: accessToken, expires: 900_000, refresh_token: refreshToken } },
    }
  }
  const backend = await startBackend({
    'POST /auth/login': ({ body }) =>
      body.email === ANNA.email && body.password === ANNA.password ? answer(ledger.begin()) : refuse,
    'POST /auth/refresh': ({ body }) => {
      const pair = body.mode === 'json' ? ledger.refresh(body.refresh_token) : undefined
      return pair ? answer(pair) : refuse
    },
    'POST /auth/logout': ({ body }) => {
      ledger.end(body.refresh_token)
      return { status: 204 }
    },
    'GET /items/notes': ({ bearer }) => (readJwt(bearer, key) ? { status: 200, body: { data: [] } } : refuse),
  })
  return { ...backend, ledger }
}
