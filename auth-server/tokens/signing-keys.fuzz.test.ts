import fc from 'fast-check'
import { edited, edits } from '../../scripts/testing/fuzz/inputs.ts'
import { JWK, keySet } from '../../scripts/testing/fuzz/key-sets.ts'
import { holds, same } from '../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../scripts/testing/fuzz/property.ts'
import { NOW } from '../../scripts/testing/fuzz/tokens.ts'
import { createAccessTokens } from './access-token.ts'
import { parseSigningKeys } from './signing-keys.ts'

fuzz(
  'SIGNING_KEYS',
  fc.record({ keySet, edits: fc.option(edits, { nil: [], freq: 3 }) }),
  async ({ keySet, edits }) => {
    const parsed = parseSigningKeys(edited(keySet, edits))
    if ('reason' in parsed)
      return holds(
        !parsed.reason.includes(JWK.d.slice(0, 8)) && parsed.reason.length < 120,
        'a reason shows no key',
      )
    for (const { publicJwk } of parsed.keys)
      holds(!('d' in publicJwk) && !('k' in publicJwk), 'nothing private is published')
    same(new Set(parsed.keys.map(({ kid }) => kid)).size, parsed.keys.length, 'each key has its own name')
    const tokens = createAccessTokens({
      keys: { mode: 'keys', keys: parsed.keys },
      issuer: 'i',
      audience: 'a',
      ttl: 9,
      random: (bytes) => new Uint8Array(bytes),
    })
    const { token } = await tokens.issue(
      { id: 'u', roles: [] },
      { sid: 's', timeLeft: 9000, authTime: NOW, amr: ['pwd'] },
      NOW * 1000,
    )
    same((await tokens.verify(token, NOW * 1000))?.sub, 'u', 'keys that were accepted sign and verify')
  },
)
