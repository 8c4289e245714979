import express from 'express'
import { listen } from '../support/listen.ts'

/** The smallest backend there is: constants, opaque, no life told, no sign-in. */
export function startSeedConstants() {
  const app = express()
  const presented = (header: string | undefined) => /refreshToken=([^;]+)/.exec(header ?? '')?.[1]
  app.post('/refreshtoken', (request, response) => {
    const token = presented(request.headers.cookie)
    if (!token) return void response.status(401).json({ message: 'No refresh token' })
    response.json({
      accessToken: 'newAccessToken123',
      refreshToken: 'newRefreshToken456',
      userData: { id: 1, name: 'John Doe', role: 'admin' },
    })
  })
  // Everybody has the same token, so it ends nobody's session.
  app.post('/logout', (_request, response) => void response.sendStatus(204))
  app.get('/hello', (request, response) => {
    if (request.headers.authorization !== 'Bearer newAccessToken123') return void response.sendStatus(401)
    response.json({ hello: 'John Doe' })
  })
  return listen(app)
}
