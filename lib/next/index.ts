export type { SessionOutcome } from '../gateway/decision/policy.ts'
export type { GatewayEvent } from '../gateway/events/events.ts'
export type { GivenTokens, SignInError } from '../gateway/renewal/backend.ts'
export type { PathRule, Requirement, SessionRequirement } from '../gateway/request/routes.ts'
export type { RequestSession } from '../gateway/response/outcome.ts'
export { backendFetch } from './backend-call.ts'
export type { BackendProxyOptions } from './backend-proxy.ts'
export { createBackendProxy } from './backend-proxy.ts'
export type { SignInResult } from './begin-session.ts'
export { changePassword } from './change-password.ts'
export { honourEnded } from './honour-ended.ts'
export { logEvent } from './log.ts'
export type {
  GatewayInspector,
  GatewayMiddleware,
  MiddlewareOptions,
  OwnMiddleware,
} from './middleware.ts'
export { createGateway } from './middleware.ts'
export type { Refused } from './refused.ts'
export { requireSession, stepUpChallenge } from './require-session.ts'
export { safeReturnTo } from './return-to.ts'
export { guardServer } from './server/guard.ts'
export type { BrowserSession, Session } from './session.ts'
export {
  gatewayReport,
  getSession,
  sessionForBrowser,
  signInPath,
} from './session.ts'
export type { SessionSignalOptions } from './session-signal.ts'
export { sessionSignal } from './session-signal.ts'
export type { Credentials } from './sign-in.ts'
export { register, signIn, startSession } from './sign-in.ts'
export { endSession, signOut } from './sign-out.ts'
// Not by name: an app's `declare module 'evergate/next'` reaches what a star exports, and nothing else.
export * from './user.ts'
