import { parseEnv as nodes } from 'node:util'
import { expect, test } from 'vitest'
import { parseEnv } from './env-file.mjs'

test.each([
  'A=1\nB=2\n',
  'A=\'1 # 2\'\r\nB="x y"\r\n',
  'A=1 # a comment\n# B=2\n',
  'export A=1\n  B = 2  \n',
  "KEYS='{\"keys\":[]}'\nA=`'`",
  'A=\nB=2',
  'A=1\nA=2',
  '',
])('reads %j as Node does', (text) => {
  expect(parseEnv(text)).toEqual({ ...nodes(text) })
})
