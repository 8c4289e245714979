import cookieParser from 'cookie-parser'
import express from 'express'
import jwt from 'jsonwebtoken'
import { listen } from '../support/listen.ts'

const ACCESS = 'the-access-secret-of-a-tutorial'
const REFRESH = 'the-refresh-secret-of-a-tutorial'

/** The Express tutorial with jsonwebtoken and cookie-parser: a refresh token that stays, in the cookie `jwt`. */
export function startExpressTutorial() {
  const users = [{ username: 'anna', password: 'anna-password-123', roles: [2001, 5150], refreshToken: '' }]
  const app = express()
  app.use(express.json())
  app.use(cookieParser())
  const accessTokenOf = ({ username, roles }: (typeof users)[0]) =>
    jwt.sign({ UserInfo: { username, roles } }, ACCESS, { expiresIn: '10m' })

  app.post('/auth', (request, response) => {
    const { user, pwd } = request.body
    if (!user || !pwd)
      return void response.status(400).json({ message: 'Username and password are required.' })
    const found = users.find(({ username, password }) => username === user && password === pwd)
    if (!found) return void response.sendStatus(401)
    found.refreshToken = jwt.sign({ username: found.username }, REFRESH, { expiresIn: '1d' })
    response.cookie('jwt', found.refreshToken, {
      httpOnly: true,
      sameSite: 'none',
      secure: true,
      maxAge: 86_400_000,
    })
    response.json({ accessToken: accessTokenOf(found) })
  })
  app.get('/refresh', (request, response) => {
    const token = request.cookies.jwt
    if (!token) return void response.sendStatus(401)
    const found = users.find(({ refreshToken }) => refreshToken === token)
    if (!found) return void response.sendStatus(403)
    jwt.verify(token, REFRESH, (error: unknown) => {
      if (error) return void response.sendStatus(403)
      response.json({ accessToken: accessTokenOf(found) })
    })
  })
  app.get('/logout', (request, response) => {
    const found = users.find(({ refreshToken }) => refreshToken === request.cookies.jwt)
    if (found) found.refreshToken = ''
    response.clearCookie('jwt', { httpOnly: true, sameSite: 'none', secure: true })
    response.sendStatus(204)
  })
  app.get('/employees', (request, response) => {
    const token = request.headers.authorization?.split(' ')[1] ?? ''
    jwt.verify(token, ACCESS, (error: unknown, claims: unknown) => {
      if (error) return void response.sendStatus(403)
      response.json({ hello: (claims as { UserInfo: { username: string } }).UserInfo.username })
    })
  })
  return listen(app)
}
