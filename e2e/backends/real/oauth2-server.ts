import { randomUUID } from 'node:crypto'
import OAuth2Server from '@node-oauth/oauth2-server'
import express from 'express'
import { listen } from '../support/listen.ts'

const CLIENT = { id: 'web', grants: ['password', 'refresh_token'], accessTokenLifetime: 3600 }

/** @node-oauth/oauth2-server: forms, a client with a secret, opaque tokens, strict rotation. */
export function startOAuth2Server() {
  const byAccess = new Map<string, OAuth2Server.Token>()
  const byRefresh = new Map<string, OAuth2Server.Token>()
  const server = new OAuth2Server({
    model: {
      getClient: async (id: string, secret: string) =>
        id === CLIENT.id && secret === 'web-secret' ? CLIENT : false,
      getUser: async (name?: string, password?: string) =>
        name === 'anna' && password === 'anna-password-123' ? { id: '42', name: 'Anna' } : false,
      saveToken: async (token: OAuth2Server.Token, client: OAuth2Server.Client, user: OAuth2Server.User) => {
        const saved = { ...token, client, user }
        byAccess.set(token.accessToken, saved)
        if (token.refreshToken) byRefresh.set(token.refreshToken, saved)
        return saved
      },
      getAccessToken: async (token: string) => byAccess.get(token) ?? false,
      getRefreshToken: async (token: string) => byRefresh.get(token) as OAuth2Server.RefreshToken | undefined,
      revokeToken: async (token: { refreshToken?: string }) => byRefresh.delete(token.refreshToken ?? ''),
      generateAccessToken: async () => randomUUID(),
      generateRefreshToken: async () => randomUUID(),
    } as never,
  })
  const app = express()
  app.use(express.urlencoded({ extended: false }))
  const wrap = (request: express.Request, response: express.Response) =>
    [new OAuth2Server.Request(request), new OAuth2Server.Response(response)] as const
  app.post('/oauth/token', async (request, response) => {
    const [asked, answered] = wrap(request, response)
    try {
      await server.token(asked, answered)
      response
        .set(answered.headers ?? {})
        .status(answered.status ?? 200)
        .json(answered.body)
    } catch (error) {
      const { code = 500, name, message } = error as { code?: number; name: string; message: string }
      response.status(code).json({ error: name, error_description: message })
    }
  })
  app.get('/me', async (request, response) => {
    try {
      const { user } = await server.authenticate(...wrap(request, response))
      response.json({ id: user.id, name: user.name })
    } catch {
      response.sendStatus(401)
    }
  })
  return listen(app)
}
