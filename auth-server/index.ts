/** The auth server as a part of another app. As a server of its own it is started by `main.ts`. */

export { generateRefreshSecret, generateSigningKeys } from './config/generate-secrets.ts'
export type { AuthKeys, AuthRouterOptions, AuthTunables } from './config/options.ts'
export { OptionsError } from './config/options-error.ts'
export type { RouteName } from './http/endpoint.ts'
export type { Mail, SendMail } from './mail/mail.ts'
export type { MailOptions } from './mail/mailer.ts'
export { mailbox, smtp } from './mail/transports.ts'
export type { AuthEvent, AuthEventSubject, EventHandler } from './observe/audit.ts'
export type { Logger } from './observe/logger.ts'
export { type AuthMetrics, createMetrics } from './observe/metrics/create-metrics.ts'
export { hashPassword, verifyPassword } from './passwords/passwords.ts'
export {
  type AuthCaller,
  type AuthRouter,
  createAuthRouter,
  type EndReason,
} from './server/create-auth-router.ts'
export { purgePeriodically } from './server/purge.ts'
export { openStoreAt as openStore } from './store/open.ts'
export { type Store, StoreError } from './store/store.ts'
export type { UserData } from './tokens/grant.ts'
export type { AppUser, AppUsers } from './users/app-users.ts'
