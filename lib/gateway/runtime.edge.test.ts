import { expect, test } from 'vitest'
import { createHarness } from './testing/harness.ts'

test('these tests run in the edge runtime, where no code is made from text', () => {
  expect((globalThis as { EdgeRuntime?: string }).EdgeRuntime).toBe('edge-runtime')
  expect(() => new Function('return 1')()).toThrow('Code generation from strings disallowed')
})

test('the gateway’s answers are the runtime’s own', async () => {
  const { send } = await createHarness()
  expect((await send('/dashboard')).refusal).toBeInstanceOf(Response)
})
