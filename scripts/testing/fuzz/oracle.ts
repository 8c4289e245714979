import assert from 'node:assert/strict'

/** Fails with both values when they differ. */
export const same: (actual: unknown, expected: unknown, what: string) => void = (actual, expected, what) =>
  assert.deepEqual(actual, expected, what)

/** Fails when something does not hold. */
export function holds(condition: boolean, what: string): void {
  assert.ok(condition, what)
}

/** The error that a call throws, or undefined. An error of another class fails. */
export function thrownBy(
  documented: new (...args: never[]) => Error,
  call: () => unknown,
): Error | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    if (error instanceof documented) return error
    throw error
  }
}
