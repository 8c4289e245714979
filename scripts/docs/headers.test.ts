import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ANSWERED, ASKED, OF_THE_PROXY, VOUCHED } from '../../lib/next/backend-headers.ts'
import { fromRoot } from '../lib/paths.mjs'

const page = readFileSync(fromRoot('docs', 'backend.md'), 'utf8')
const [, rows = ''] = page.split('| direction | headers | add with |')
const [both = '', request = '', answer = ''] = rows.split('\n').slice(2)
const named = (row: string) => [...(row.split('|')[2] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)

test('docs/backend.md names the headers that pass, and no other', () => {
  expect(named(both)).toEqual(['authorization', 'x-forwarded-for', ...VOUCHED, ...OF_THE_PROXY])
  expect(named(request)).toEqual(ASKED)
  expect(named(answer)).toEqual(ANSWERED)
})
