import { randomUUID } from 'node:crypto'
import { ANNA, createLedger, jwt, now, readJwt } from '../support/ledger.ts'
import { startBackend } from '../support/server.ts'

const TYPE = { 'content-type': 'application/x-amz-json-1.1' }

/** AWS Cognito: one address, the operation in a header, answers nested, the refresh token stays, 400 for everything. */
export async function startCognito() {
  const key = randomUUID() + randomUUID()
  const clientId = 'client-of-the-pool'
  const ledger = createLedger({ rotates: false })
  let throttled = false
  const fail = (type: string) => ({
    status: 400,
    headers: TYPE,
    body: { __type: type, message: type },
  })
  const answer = (refreshToken?: string) => {
    const claims = { sub: ANNA.id, token_use: 'access', client_id: clientId, username: 'anna' }
    const groups = { 'cognito:groups': ANNA.roles }
    const accessToken = jwt({ ...claims, ...groups, iat: now(), exp: now() + 3600, jti: randomUUID() }, key)
    return {
      status: 200,
      headers: TYPE,
      body: {
        ChallengeParameters: {},
        AuthenticationResult: {
          AccessToken: accessToken,
          ExpiresIn: 3600,
          TokenType: 'Bearer',
          ...(refreshToken && { RefreshToken: refreshToken }),
        },
      },
    }
  }
  const backend = await startBackend({
    'POST /': ({ headers, body }) => {
      if (throttled) return fail('TooManyRequestsException')
      const operation = headers['x-amz-target']?.split('.')[1]
      const parameters = (body.AuthParameters ?? {}) as Record<string, string>
      if (operation === 'RevokeToken') {
        ledger.end(body.Token)
        return { status: 200, headers: TYPE, body: {} }
      }
      if (operation !== 'InitiateAuth' || body.ClientId !== clientId) return fail('InvalidParameterException')
      if (body.AuthFlow === 'USER_PASSWORD_AUTH')
        return parameters.USERNAME === ANNA.email && parameters.PASSWORD === ANNA.password
          ? answer(ledger.begin().refreshToken)
          : fail('NotAuthorizedException')
      return ledger.refresh(parameters.REFRESH_TOKEN) ? answer() : fail('NotAuthorizedException')
    },
    'GET /hello': ({ bearer }) =>
      readJwt(bearer, key) ? { status: 200, body: { hello: ANNA.name } } : { status: 401 },
  })
  const throttle = (on: boolean) => {
    throttled = on
  }
  return { ...backend, ledger, clientId, throttle }
}
