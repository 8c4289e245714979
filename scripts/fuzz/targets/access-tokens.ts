import { createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { readAccessToken } from '../../../lib/gateway/token/access-token.ts'
import { defineTarget } from '../define-target.ts'
import { anyJson, edited, edits, textOf } from '../inputs.ts'
import { holds, same } from '../oracle.ts'
import signed from '../signed-tokens.json' with { type: 'json' }
import { CLAIMS, forgedHeader, hs256, ISSUERS, issuer, NOW, sameToken } from '../signing.ts'

const mutated = defineTarget(
  'changed access token',
  fc.record({ issuer, edits }),
  async ({ issuer, edits }) => {
    const { token, settings } = ISSUERS[issuer] ?? ISSUERS[0]
    const changed = edited(token, edits)
    const { state } = await readAccessToken(changed, settings, NOW)
    if (changed === token) same(state, 'valid', 'an unchanged token is valid')
    // A spelling of the same bytes may pass or not.
    else holds(state === 'invalid' || sameToken(changed, token), 'a changed token is invalid')
  },
)

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

const forged = defineTarget(
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

const anyText = defineTarget(
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

export const accessTokenTargets = [mutated, forged, anyText]
