export type { EndReason, SessionInfo, SessionState } from '../client/state.ts'
// Not by name: an app's `declare module` reaches what a star exports, and nothing else.
export * from '../client/user.ts'
export type { SessionProviderProps } from './session-provider.tsx'
export { SessionProvider, sessionFetch, useSession } from './session-provider.tsx'
