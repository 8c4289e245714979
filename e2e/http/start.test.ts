import { expect, test } from 'vitest'
import { startApp } from '../support/processes.ts'

const GOOD = {
  GATEWAY_SECRET: 'gateway tokens of the tests 0123456789',
  ETLS_ACCESS: 'access tokens of the tests 0123456789',
}

test.each([
  ['ETLS_ACCESS', 'too-short-to-be-safe', 'must have at least 32 bytes'],
  ['GATEWAY_SECRET', `${GOOD.GATEWAY_SECRET},short-second-secret`, 'must have at least 32 bytes each'],
  ['ETLS_ACCESS', 'changeme'.repeat(4), 'must have at least 32 bytes'],
  ['REMOTE_API', 'not-an-address', 'must be an http:// or https:// address'],
  ['RENEW_BEFORE', '-7', 'must be a whole number of seconds'],
  ['COOKIE_SECURE', 'perhaps', 'must be auto, true or false'],
  ['JWKS', '{broken', 'must be a JSON Web Key Set'],
])('a bad %s ends the start with one readable line that does not repeat it', async (name, value, advice) => {
  const failure = await startApp({ ...GOOD, [name]: value }).then(
    async (app) => {
      await app.stop()
      return 'it started'
    },
    (error: Error) => error.message,
  )
  expect(failure).toContain(`${name}: ${advice}`)
  expect(failure).not.toContain(value)
  expect(failure).not.toMatch(/^\s+at .*\.(ts|js):\d/m)
})
