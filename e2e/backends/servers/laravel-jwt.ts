import { randomUUID } from 'node:crypto'
import { ANNA, createLedger, jwt, now, readJwt } from '../support/ledger.ts'
import { startBackend } from '../support/server.ts'

/** Laravel with tymon/jwt-auth: the ended access token itself is what refreshes, and each works once. */
export async function startLaravelJwt() {
  const key = randomUUID() + randomUUID()
  const ledger = createLedger()
  const tokens = new Map<string, string>()
  const answer = ({ refreshToken }: { refreshToken: string }) => {
    const claims = { iss: `${backend.url}/api/auth/login`, sub: '42', prv: '23bd5c', jti: randomUUID() }
    const token = jwt({ ...claims, iat: now(), nbf: now(), exp: now() + 3600 }, key)
    tokens.set(token, refreshToken)
    return { status: 200, body: { access_token: token, token_type: 'bearer', expires_in: 3600 } }
  }
  const backend = await startBackend({
    'POST /api/auth/login': ({ body }) =>
      body.email === ANNA.email && body.password === ANNA.password
        ? answer(ledger.begin())
        : { status: 401, body: { error: 'Unauthorized' } },
    'POST /api/auth/refresh': ({ bearer }) => {
      const pair = ledger.refresh(tokens.get(bearer ?? ''))
      return pair ? answer(pair) : { status: 401, body: { message: 'The token has been blacklisted' } }
    },
    'POST /api/auth/logout': ({ bearer }) => {
      ledger.end(tokens.get(bearer ?? ''))
      return { status: 200, body: { message: 'Successfully logged out' } }
    },
    'GET /api/hello': ({ bearer }) =>
      readJwt(bearer, key) ? { status: 200, body: { hello: 'Anna' } } : { status: 401 },
  })
  return { ...backend, ledger }
}
