import { createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { anyJson, edited, edits, textOf } from '../../../scripts/testing/fuzz/inputs.ts'
import { holds, same } from '../../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../../scripts/testing/fuzz/property.ts'
import { CLAIMS, hs256, NOW } from '../../../scripts/testing/fuzz/tokens.ts'
import signed from '../testing/signed-tokens.json' with { type: 'json' }
import { forgedHeader, ISSUERS, issuer, sameToken } from '../testing/signed-tokens.ts'
import { readAccessToken } from './access-token.ts'

fuzz('changed access token', fc.record({ issuer, edits }), async ({ issuer, edits }) => {
  const { token, settings } = ISSUERS[issuer] ?? ISSUERS[0]
  const changed = edited(token, edits)
  const { state } = await readAccessToken(changed, settings, NOW)
  if (changed === token) same(state, 'valid', 'an unchanged token is valid')
  // A spelling of the same bytes may pass or not.
  else holds(state === 'invalid' || sameToken(changed, token), 'a changed token is invalid')
})

const PEM = createPublicKey({ key: signed.jwks.keys[0] as never, format: 'jwk' }).export({
  type: 'spki',
  format: 'pem',
})
/** The means of a forger: everything that is public, and keys of their own. */
const forgersKey = fc.constantFrom(
  '',
  'a key of the forger that is long enough!',
  PEM.toString(),
  JSON.stringify(signed.jwks.keys[0]),
  ...signed.jwks.keys.map((key) => ('n' in key ? key.n : key.x) ?? ''),
)

fuzz(
  'forged access token',
  fc.record({
    issuer,
    header: forgedHeader,
    payload: fc.oneof(fc.constant<unknown>(CLAIMS), anyJson),
    key: forgersKey,
    signature: fc.constantFrom('own', 'none', 'stolen'),
  }),
  async ({ issuer, header, payload, key, signature }) => {
    const { token, settings } = ISSUERS[issuer] ?? ISSUERS[0]
    const own = hs256(header, payload, key)
    const input = own.slice(0, own.lastIndexOf('.'))
    const stolen = token.slice(token.lastIndexOf('.') + 1)
    const forgery = signature === 'own' ? own : `${input}.${signature === 'stolen' ? stolen : ''}`
    same((await readAccessToken(forgery, settings, NOW)).state, 'invalid', 'a forged token is invalid')
  },
)

fuzz(
  'any text as an access token',
  fc.record({
    issuer,
    text: textOf([...signed.tokens.EdDSA.split('.'), '.', '..', 'eyJ', '=', ' ', 'eyJhbGciOiJub25lIn0'], 8),
  }),
  async ({ issuer, text }) => {
    const { token, settings } = ISSUERS[issuer] ?? ISSUERS[0]
    const { state } = await readAccessToken(text, settings, NOW)
    holds(
      state === 'invalid' || (state === 'valid' && sameToken(text, token)) || text === signed.tokens.EdDSA,
      'no text is a token',
    )
  },
)
