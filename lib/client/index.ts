export type { SessionClient, SessionClientOptions } from './client.ts'
export { createSessionClient } from './client.ts'
export type { EndReason, SessionInfo, SessionState, SessionUser } from './state.ts'
