import { expect, test } from 'vitest'
import { welcome } from './welcome.mjs'

const FACTS = { url: 'http://localhost:3000', took: '9 s', isLocal: true, hasAccounts: true, isDemo: true }

test('npm start ends with three lines: where, as whom, what to try', () => {
  expect(welcome(FACTS)).toEqual([
    'Evergate answers at http://localhost:3000, to this machine alone, after 9 s. Ctrl-C ends it.',
    'Sign in as demo@example.com (demo-password-123) or admin@example.com (admin-password-123).',
    'Then press "End my access token" on the dashboard, and break things at http://localhost:3000/inspector',
  ])
})

test('it names no account and no button that is not there', () => {
  const lines = welcome({ ...FACTS, isLocal: false, hasAccounts: false, isDemo: false })
  expect(lines).toHaveLength(3)
  expect(lines.join(' ')).not.toMatch(/this machine|@example|End my access token|inspector/)
})
