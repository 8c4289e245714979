import type { StoreError } from './store.ts'

/**
 * Every error that leaves a method passes `explain`; properties that are not functions stay as they are.
 *
 * @param patience - milliseconds after which a call that has not ended is given up, for drivers without such a limit
 */
export function guard<T extends object>(
  methods: T,
  explain: (error: unknown) => StoreError,
  patience?: number,
): T {
  const entries = Object.entries(methods).map(([name, method]) => {
    if (typeof method !== 'function') return [name, method]
    const wrapped = async (...args: unknown[]) => {
      try {
        return await within(patience, method(...args))
      } catch (error) {
        throw explain(error)
      }
    }
    return [name, wrapped]
  })
  return Object.fromEntries(entries) as T
}

/** The store did not answer in time. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

async function within<T>(patience: number | undefined, call: Promise<T>): Promise<T> {
  if (patience === undefined) return await call
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`no answer within ${patience} ms`)), patience)
  })
  try {
    return await Promise.race([call, deadline])
  } finally {
    clearTimeout(timer)
  }
}
