export type SessionsState = { result: string | null; error: string | null }

export const QUIET: SessionsState = { result: null, error: null }
