import { randomUUID } from 'node:crypto'
import { ANNA, createLedger, jwt, now, readJwt } from '../support/ledger.ts'
import { startBackend } from '../support/server.ts'

/** Payload 3: one JWT that refreshes itself, under other names than at the sign-in. `Authorization: JWT …` works, too. */
export async function startPayload() {
  const key = randomUUID() + randomUUID()
  const ledger = createLedger()
  const tokens = new Map<string, string>()
  const user = { id: ANNA.id, email: ANNA.email, name: ANNA.name, roles: ANNA.roles, collection: 'users' }
  const issue = ({ refreshToken }: { refreshToken: string }) => {
    const claims = { id: ANNA.id, collection: 'users', email: ANNA.email, sid: randomUUID() }
    const token = jwt({ ...claims, iat: now(), exp: now() + 7200 }, key)
    tokens.set(token, refreshToken)
    return token
  }
  const presented = (header: string | undefined) => /^(?:JWT|Bearer) (.+)$/.exec(header ?? '')?.[1] ?? ''
  const forbidden = {
    status: 403,
    body: { errors: [{ message: 'You are not allowed to perform this action.' }] },
  }
  const backend = await startBackend({
    'POST /api/users/login': ({ body }) =>
      body.email === ANNA.email && body.password === ANNA.password
        ? {
            status: 200,
            body: { message: 'Authentication Passed', user, token: issue(ledger.begin()), exp: now() + 7200 },
          }
        : { status: 401, body: { errors: [{ message: 'The email or password provided is incorrect.' }] } },
    'POST /api/users/refresh-token': ({ headers }) => {
      const pair = ledger.refresh(tokens.get(presented(headers.authorization)))
      return pair
        ? {
            status: 200,
            body: {
              message: 'Token refresh successful',
              user,
              refreshedToken: issue(pair),
              exp: now() + 7200,
              setCookie: true,
            },
          }
        : forbidden
    },
    'POST /api/users/logout': ({ headers }) => {
      ledger.end(tokens.get(presented(headers.authorization)))
      return { status: 200, body: { message: 'Logout successful.' } }
    },
    'GET /api/users/me': ({ headers }) =>
      readJwt(presented(headers.authorization), key) ? { status: 200, body: { user } } : forbidden,
  })
  return { ...backend, ledger }
}
