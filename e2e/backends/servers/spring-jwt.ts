import { randomBytes, randomUUID } from 'node:crypto'
import { ANNA, createLedger, jwt, now, readJwt } from '../support/ledger.ts'
import { startBackend } from '../support/server.ts'

/** Spring Boot with jjwt: both tokens in cookies with paths of their own, HS512 with a key of bytes, roles in the sign-in's body. */
export async function startSpringJwt() {
  const key = randomBytes(64)
  const ledger = createLedger({ rotates: false })
  const access = () =>
    jwt({ sub: 'anna', iat: now(), exp: now() + 3600, jti: randomUUID() }, key, { typ: null, alg: 'HS512' })
  const accessCookie = () => `bezkoder-jwt=${access()}; Path=/api; Max-Age=86400; HttpOnly`
  const backend = await startBackend({
    'POST /api/auth/signin': ({ body }) => {
      if (body.username !== 'anna' || body.password !== ANNA.password)
        return { status: 401, body: { status: 401, error: 'Unauthorized', message: 'Bad credentials' } }
      const { refreshToken } = ledger.begin()
      return {
        status: 200,
        body: { id: 42, username: 'anna', email: ANNA.email, roles: ['ROLE_USER'] },
        cookies: [
          accessCookie(),
          `bezkoder-jwt-refresh=${refreshToken}; Path=/api/auth/refreshtoken; Max-Age=86400; HttpOnly`,
        ],
      }
    },
    'POST /api/auth/refreshtoken': ({ cookies }) => {
      const token = cookies['bezkoder-jwt-refresh']
      if (!token) return { status: 400, body: { message: 'Refresh Token is empty!' } }
      if (!ledger.refresh(token))
        return { status: 403, body: { message: `Failed for [${token}]: Refresh token is not in database!` } }
      return { status: 200, body: { message: 'Token is refreshed successfully!' }, cookies: [accessCookie()] }
    },
    'POST /api/auth/signout': ({ cookies }) => {
      ledger.end(cookies['bezkoder-jwt-refresh'])
      return { status: 200, body: { message: "You've been signed out!" } }
    },
    'GET /api/test/user': ({ cookies }) =>
      readJwt(cookies['bezkoder-jwt'], key) ? { status: 200, body: { hello: 'anna' } } : { status: 401 },
  })
  return { ...backend, ledger }
}
