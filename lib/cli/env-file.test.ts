import { parseEnv as nodes } from 'node:util'
import { expect, test } from 'vitest'
import { effectiveEnvironment, parseEnv, withVariables } from './env-file.ts'

test.each([
  'A=1\nB=2\n',
  'A=\'1 # 2\'\r\nB="x y"\r\n',
  'A=1 # a comment\n# B=2\n',
  'export A=1\n  B = 2  \n',
  "KEYS='{\"keys\":[]}'\nA=`'`",
  "KEYS='two\nlines'\nA=1",
  'A=\nB=2',
  'A=1\nA=2',
  '',
])('reads %j as Node does', (text) => {
  expect(parseEnv(text)).toEqual({ ...nodes(text) })
})

test('setting a variable replaces each line of it, and touches no other', () => {
  const before = "# mine\nA='two\nlines' # gone\nB=2 # kept\nexport A=3"
  expect(withVariables(before, { A: "it's", C: '3' })).toBe("# mine\nB=2 # kept\nA=`it's`\nC='3'\n")
})

test('of several places the real environment counts first, then the files in their order', () => {
  const files = [
    { A: 'local', B: 'local' },
    { A: 'shared', B: 'shared', C: 'shared', D: 'shared' },
  ]
  expect(effectiveEnvironment({ A: 'real', D: '' }, files)).toEqual({ A: 'real', B: 'local', C: 'shared' })
})
