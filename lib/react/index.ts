export type { EndReason, SessionInfo, SessionState, SessionUser } from '../client/state.ts'
export type { SessionProviderProps } from './session-provider.tsx'
export { SessionProvider, sessionFetch, useSession } from './session-provider.tsx'
