import { expect, test } from 'vitest'
import { isInstalled } from './install.mjs'

const locked = {
  '': { version: '0.1.0' },
  lib: { version: '0.1.0' },
  'node_modules/evergate': { link: true },
  'node_modules/jose': { version: '6.2.17' },
  'node_modules/other-platform': { version: '1.0.0', optional: true },
}
const installed = {
  'node_modules/evergate': { link: true },
  'node_modules/jose': { version: '6.2.17' },
}

test('everything there', () => expect(isInstalled(locked, installed)).toBe(true))

test('never installed', () => expect(isInstalled(locked, {})).toBe(false))

test('another version than the lockfile names', () => {
  expect(isInstalled(locked, { ...installed, 'node_modules/jose': { version: '6.2.16' } })).toBe(false)
})

test('a package added to the lockfile since', () => {
  expect(isInstalled({ ...locked, 'node_modules/zod': { version: '4.6.7' } }, installed)).toBe(false)
})
