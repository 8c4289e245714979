import type { RequestHandler } from 'express'

/** The routes by name. The table of the auth server's page tells of each. */
export type RouteName =
  /** `POST /register` */
  | 'register'
  /** `POST /login` */
  | 'login'
  /** `POST /refreshtoken` */
  | 'refresh'
  /** `POST /logout` */
  | 'logout'
  /** `POST /logout-all` */
  | 'logoutAll'
  /** `GET /sessions` */
  | 'sessions'
  /** `DELETE /sessions/:sid` */
  | 'endSession'
  /** `POST /password` */
  | 'password'
  /** `POST /password/forgot`. Only with mail, as the next five */
  | 'forgotPassword'
  /** `POST /password/reset` */
  | 'resetPassword'
  /** `POST /email/verify/send` */
  | 'sendVerification'
  /** `POST /email/verify` */
  | 'verifyEmail'
  /** `POST /email/change` */
  | 'changeEmail'
  /** `POST /email/change/confirm` */
  | 'confirmEmail'
  /** `GET /factors`. Only with a second factor, as the next four */
  | 'factors'
  /** `DELETE /factors/:id` */
  | 'removeFactor'
  /** `POST /factors/recovery-codes` */
  | 'recoveryCodes'
  /** `POST /factors/totp` */
  | 'setUpTotp'
  /** `POST /factors/totp/confirm` */
  | 'confirmTotp'
  /** `POST /factors/passkeys/challenge`. Only with passkeys, as the next two */
  | 'setUpPasskey'
  /** `POST /factors/passkeys` */
  | 'addPasskey'
  /** `POST /passkeys/challenge` */
  | 'askForPasskey'
  /** `GET /ended` */
  | 'ended'
  /** `GET /me` */
  | 'me'
  /** `POST /me/export` */
  | 'exportMe'
  /** `DELETE /me` */
  | 'deleteMe'
  /** Everything under `/admin` */
  | 'admin'
  /** `GET /.well-known/jwks.json` */
  | 'jwks'
  /** `GET /livez` */
  | 'livez'
  /** `GET /readyz` */
  | 'readyz'

/** One method of one path. */
export interface Endpoint {
  readonly name: RouteName
  readonly method: 'get' | 'post' | 'put' | 'delete'
  readonly path: string
  readonly handlers: readonly RequestHandler[]
}
