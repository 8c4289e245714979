export type NoteState = {
  /** The typed text, as the server received it. */
  note: string
  error: string | null
  receipt: { number: number; characters: number; expiresAt: number } | null
}

export const EMPTY_NOTE: NoteState = { note: '', error: null, receipt: null }
