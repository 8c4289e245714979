import { expect, test } from 'vitest'
import { signOutHeaders } from './sign-out-headers.ts'

test('ASVS 14.3.1: the browser is asked to drop what it keeps of the site only where that is wanted', () => {
  expect(signOutHeaders({ clearSiteData: false })).toEqual({ 'cache-control': 'private, no-store' })
  expect(signOutHeaders({ clearSiteData: true })['clear-site-data']).toBe('"cache", "storage"')
})

test('the cookies are not among it: the signed-out mark has to stay', () => {
  expect(signOutHeaders({ clearSiteData: true })['clear-site-data']).not.toMatch(/cookies|\*/)
})
