import type { Protection } from '../protection.ts'

/** Sessions that are bound to their device. */
export const device: readonly Protection[] = [
  {
    row: 'RFC 9700 2.2.2 (a bound',
    file: 'lib/device/decide-refresh.ts',
    test: 'lib/device/theft.test.ts',
    without: { "return proof === 'wrong' ? 'give-up' : 'renew'": "return 'renew'" },
  },
  {
    row: 'RFC 9700 2.2.2 (the auth server',
    file: 'auth-server/tokens/device.ts',
    test: 'auth-server/routes/device-binding.each-store.test.ts',
    without: { 'await isProof(proof, deviceKey, token)': 'true', 'isUnused(session) && ': '' },
  },
  {
    row: 'RFC 8725 3.1, 3.11 (a proof',
    file: 'lib/device/proof.ts',
    test: 'lib/device/proof.test.ts',
    without: {
      "header.typ !== 'dbsc+jwt'": 'false',
      'aud !== undefined && aud !== address': 'false',
    },
  },
]
