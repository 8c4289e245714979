import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { Controller, Get, Module, Post, Req, UnauthorizedException, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { JwtModule, JwtService } from '@nestjs/jwt'
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { listen } from '../support/listen.ts'

const ACCESS = 'the-access-secret-of-a-nest-app'
const REFRESH = 'the-refresh-secret-of-a-nest-app'

type AuthRequest = {
  readonly body: Record<string, string>
  readonly headers: Record<string, string>
  readonly user: { sub: number; jti: string }
}

/** NestJS with @nestjs/jwt and passport-jwt: the refresh token as Bearer, strict rotation, a numeric subject. */
export async function startNest() {
  // Node strips types, and so knows no decorators: they are called as the functions they are.
  let newest: string | undefined

  class AccessStrategy extends PassportStrategy(Strategy, 'jwt') {
    constructor() {
      super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: ACCESS })
    }
    validate(payload: object) {
      return payload
    }
  }
  class RefreshStrategy extends PassportStrategy(Strategy, 'jwt-refresh') {
    constructor() {
      super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: REFRESH })
    }
    validate(payload: object) {
      return payload
    }
  }
  const service = new JwtService({})
  function issue() {
    newest = randomUUID()
    const claims = { sub: 42, email: 'anna@example.com' }
    return {
      access_token: service.sign(claims, { secret: ACCESS, expiresIn: '15m', jwtid: randomUUID() }),
      refresh_token: service.sign(claims, { secret: REFRESH, expiresIn: '7d', jwtid: newest }),
    }
  }
  class AuthController {
    signIn({ body }: AuthRequest) {
      if (body.email !== 'anna@example.com' || body.password !== 'anna-password-123')
        throw new UnauthorizedException()
      return issue()
    }
    refresh({ user }: AuthRequest) {
      if (user.jti !== newest) {
        newest = undefined
        throw new UnauthorizedException('Access Denied')
      }
      return issue()
    }
    signOut() {
      newest = undefined
    }
    me({ user }: AuthRequest) {
      return { hello: String(user.sub) }
    }
  }
  const on = (name: keyof AuthController, ...decorators: MethodDecorator[]) => {
    const descriptor = Object.getOwnPropertyDescriptor(AuthController.prototype, name)
    if (!descriptor) throw new Error(name)
    Req()(AuthController.prototype, name, 0)
    for (const decorate of decorators) decorate(AuthController.prototype, name, descriptor)
  }
  on('signIn', Post('auth/signin'))
  on('refresh', Post('auth/refresh'), UseGuards(AuthGuard('jwt-refresh')))
  on('signOut', Post('auth/logout'), UseGuards(AuthGuard('jwt')))
  on('me', Get('users/me'), UseGuards(AuthGuard('jwt')))
  Controller()(AuthController)
  class AppModule {}
  Module({
    imports: [PassportModule, JwtModule.register({})],
    controllers: [AuthController],
    providers: [AccessStrategy, RefreshStrategy],
  })(AppModule)

  const app = await NestFactory.create(AppModule, { logger: false })
  await app.init()
  return listen(app.getHttpAdapter().getInstance())
}
