/**
 * No session can be made of an answer, or none came; `message` is the reason, in one word, `cause` what `fetch` has thrown. Any other error is one of the description's
 * code: whoever has made the call tells of it.
 */
export class Unusable extends Error {}

/** The reason of an {@link Unusable}; throws any other error again. */
export function reasonOf(error: unknown): string {
  if (error instanceof Unusable) return error.message
  throw error
}
