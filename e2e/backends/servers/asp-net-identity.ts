import { ANNA, createLedger } from '../support/ledger.ts'
import { startBackend } from '../support/server.ts'

/** ASP.NET Core Identity (`MapIdentityApi`): opaque tokens, answers in camel case, 401 without a body. */
export async function startAspNetIdentity() {
  const ledger = createLedger()
  const answer = (pair: ReturnType<typeof ledger.begin>) => ({
    status: 200,
    body: {
      tokenType: 'Bearer',
      accessToken: pair.accessToken,
      expiresIn: 3600,
      refreshToken: pair.refreshToken,
    },
  })
  const backend = await startBackend({
    'POST /login': ({ body }) =>
      body.email === ANNA.email && body.password === ANNA.password
        ? answer(ledger.begin())
        : { status: 401, body: { title: 'Unauthorized', status: 401, detail: 'Failed' } },
    'POST /refresh': ({ body }) => {
      const pair = ledger.refresh(body.refreshToken)
      return pair ? answer(pair) : { status: 401 }
    },
    'GET /manage/info': ({ bearer }) =>
      ledger.isLive(bearer)
        ? { status: 200, body: { email: ANNA.email, isEmailConfirmed: true } }
        : { status: 401 },
  })
  return { ...backend, ledger }
}
