import { expect, test } from 'vitest'
import { isSupportedNode } from './main.mjs'
import { moduleOf, runNode } from './testing/child.ts'

test.each([
  ['12.22.9', false],
  ['20.8.1', false],
  ['20.9.0', true],
  ['24.21.0', true],
  ['100.0.0', true],
])('Node %s: %s', (version, supported) => expect(isSupportedNode(version)).toBe(supported))

test('a Node too old gets one sentence', async () => {
  const pretend = "Object.defineProperty(process.versions, 'node', { value: '18.20.4' })"
  const { code, stdout, stderr } = await runNode(
    moduleOf(
      '../main.mjs',
      'runCommand',
      `${pretend}\nrunCommand(['setup'], () => { throw new Error('loaded') })`,
    ),
  )
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Evergate needs Node.js 20.9 or newer; this is 18.20.4.\n',
  })
})
