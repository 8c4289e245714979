import { randomUUID } from 'node:crypto'
import { ANNA, createLedger, jwt, now, readJwt } from '../support/ledger.ts'
import { startBackend } from '../support/server.ts'

/** Strapi 5 with refresh tokens: `jwt` and `refreshToken` in the body, a numeric id. */
export async function startStrapi() {
  const key = randomUUID() + randomUUID()
  const ledger = createLedger()
  const access = () => jwt({ id: 42, iat: now(), exp: now() + 600, jti: randomUUID() }, key)
  const refuse = (status: number, message: string) => ({
    status,
    body: { data: null, error: { status, name: 'ApplicationError', message, details: {} } },
  })
  const backend = await startBackend({
    'POST /api/auth/local': ({ body }) => {
      if (body.identifier !== ANNA.email || body.password !== ANNA.password)
        return refuse(400, 'Invalid identifier or password')
      const { refreshToken } = ledger.begin()
      const user = { id: 42, username: ANNA.name, email: ANNA.email }
      return { status: 200, body: { jwt: access(), refreshToken, user } }
    },
    'POST /api/auth/refresh': ({ body }) => {
      const pair = ledger.refresh(body.refreshToken)
      return pair
        ? { status: 200, body: { jwt: access(), refreshToken: pair.refreshToken } }
        : refuse(401, 'Invalid refresh token')
    },
    'GET /api/users/me': ({ bearer }) =>
      readJwt(bearer, key) ? { status: 200, body: { id: 42, username: ANNA.name } } : refuse(401, 'Missing'),
  })
  return { ...backend, ledger }
}
