import { afterAll } from 'vitest'
import type { Stack } from './stack.ts'
import { startStack } from './stack.ts'

/** A stack for the tests of one file, stopped after them; `env` goes to both parts. */
export async function stackForFile(env: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const stack = await startStack(env)
  afterAll(() => stack.stop())
  return stack
}
