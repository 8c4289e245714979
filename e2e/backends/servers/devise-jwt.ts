import { randomUUID } from 'node:crypto'
import { ANNA, createLedger, jwt, now, readJwt } from '../support/ledger.ts'
import { startBackend } from '../support/server.ts'

/** Rails with devise-jwt: the token in the response's `Authorization` header, with the word Bearer, and nothing else to renew with. */
export async function startDeviseJwt() {
  const key = randomUUID() + randomUUID()
  const ledger = createLedger()
  const tokens = new Map<string, string>()
  const answer = ({ refreshToken }: { refreshToken: string }) => {
    const token = jwt({ sub: ANNA.id, scp: 'user', iat: now(), exp: now() + 900, jti: randomUUID() }, key)
    tokens.set(token, refreshToken)
    return {
      status: 200,
      headers: { authorization: `Bearer ${token}` },
      body: { id: 42, email: ANNA.email },
    }
  }
  const backend = await startBackend({
    'POST /users/sign_in': ({ body }) => {
      const user = body.user as Record<string, unknown> | undefined
      return user?.email === ANNA.email && user.password === ANNA.password
        ? answer(ledger.begin())
        : { status: 401, body: { error: 'Invalid Email or password.' } }
    },
    'PATCH /users/token': ({ bearer }) => {
      const pair = ledger.refresh(tokens.get(bearer ?? ''))
      return pair ? answer(pair) : { status: 401, body: { error: 'revoked token' } }
    },
    'DELETE /users/sign_out': ({ bearer }) => {
      ledger.end(tokens.get(bearer ?? ''))
      return { status: 204 }
    },
    'GET /notes': ({ bearer }) => (readJwt(bearer, key) ? { status: 200, body: [] } : { status: 401 }),
  })
  return { ...backend, ledger }
}
