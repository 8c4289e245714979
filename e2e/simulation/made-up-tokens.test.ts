import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('ASVS 15.2.2: 9,900 made-up tokens, the longest there may be, cost little memory', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    'e2e/simulation/made-up-tokens.ts',
  ])
  console.log(stdout)
  expect(Number(/: ([\d.-]+) MB/.exec(stdout)?.[1])).toBeLessThan(10)
})
