import { expect, it } from 'vitest'
import { sharedSecretBytes } from '../auth-server/tokens/shared-secret.ts'
import { secretBytes } from '../lib/gateway/token/secret-bytes.ts'

it.each([
  'plain text, zwölf',
  'hex:00ff10',
  'HEX:00FF10',
  'hex:0',
  'base64:AAH6+/z9/v8=',
  'base64:AAH6-_z9_v8',
  'base64:a b',
])('the auth server reads a secret as the gateway does: %j', (secret) => {
  expect([...sharedSecretBytes(secret)]).toEqual([...secretBytes(secret)])
})
