export type { SessionClient, SessionClientOptions } from './client.ts'
export { createSessionClient } from './client.ts'
export type { EndReason, SessionInfo, SessionState } from './state.ts'
// Not by name: an app's `declare module` reaches what a star exports, and nothing else.
export * from './user.ts'
