import { totpCode } from '../sign-in/totp.ts'
import { type ServerOptions, startServer } from './harness.ts'

/** The app that passkeys of the tests are bound to. */
export const APP_URL = 'https://app.example'

/** A server with second factors, and somebody who has an account there. */
export async function startWithFactors({ environment, ...options }: ServerOptions = {}) {
  const server = await startServer({
    ...options,
    environment: { SECOND_FACTOR: 'on', APP_URL, ...environment },
  })
  const ada = await server.newcomer()
  const password = { email: ada.email, password: ada.password }
  return {
    ...server,
    ada,
    bearer: ada.accessToken,
    login: (json: object = {}, cookie?: string) =>
      server.post('/login', { json: { ...password, ...json }, ...(cookie && { cookie }) }),
    /** The second step of a sign-in. */
    show: (step: string, code: string, more: object = {}, cookie?: string) =>
      server.post('/login', { json: { step, code, ...more }, ...(cookie && { cookie }) }),
    code: (secret: string, ahead = 0) => totpCode(secret, server.clock() + ahead),
    /** Sets up an authenticator app; its next code is good for a sign-in. */
    async setUpTotp(bearer = ada.accessToken) {
      const { body } = await server.post('/factors/totp', { bearer })
      const code = totpCode(body.secret, server.clock())
      const reply = await server.post('/factors/totp/confirm', { bearer, json: { setup: body.setup, code } })
      if (reply.status !== 201) throw new Error(`confirm: ${reply.status} ${JSON.stringify(reply.body)}`)
      server.clock.advance(30_000)
      return {
        secret: body.secret as string,
        recoveryCodes: reply.body.recoveryCodes as string[],
        used: code,
      }
    },
    factors: async (bearer = ada.accessToken) => (await server.get('/factors', { bearer })).body,
  }
}
