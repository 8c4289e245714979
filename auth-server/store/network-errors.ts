const sentences: Record<string, string> = {
  ECONNREFUSED: 'cannot be reached: nothing listens there',
  ECONNRESET: 'cannot be reached: the connection was cut',
  EPIPE: 'cannot be reached: the connection was cut',
  ENOTFOUND: 'cannot be reached: the host is unknown',
  EAI_AGAIN: 'cannot be reached: the host cannot be looked up',
  ETIMEDOUT: 'cannot be reached in time',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
}

/** What is wrong, as the end of a sentence, when the network is; undefined otherwise. */
export function networkTrouble(error: unknown): string | undefined {
  return sentences[codeOf(error)]
}

/** The `code` of an error, or nothing. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
