/** Codes of errors that come before there is a connection (Node's, and those of its `fetch`). */
const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

/**
 * Whether `error`, which `fetch` has thrown, shows that the request never left. Runtimes that do not tell the cause leave that
 * open: false.
 */
export function wasNotSent(error: unknown): boolean {
  const { cause } = (error ?? {}) as { cause?: { code?: unknown } | null }
  return NO_CONNECTION.has(String(cause?.code))
}
