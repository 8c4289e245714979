import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { levelOf, nextStep, type Proof, type SignInState, START, TWO_FACTORS, type Way } from './steps.ts'

const way = fc.constantFrom<Way>('totp', 'passkey', 'recovery-code')
const proof: fc.Arbitrary<Proof> = fc.oneof(
  fc.record({
    kind: fc.constant('password' as const),
    ways: fc.uniqueArray(way),
    trusted: fc.boolean(),
    wanted: fc.constantFrom(undefined, TWO_FACTORS),
  }),
  fc.record({ kind: fc.constantFrom('totp' as const, 'recovery-code' as const) }),
  fc.record({
    kind: fc.constant('passkey' as const),
    verified: fc.boolean(),
    key: fc.constantFrom('hwk' as const, 'swk' as const),
  }),
)
const run = (proofs: readonly Proof[]) => proofs.reduce<SignInState>(nextStep, START)
const password = (ways: Way[] = [], trusted = false, wanted?: typeof TWO_FACTORS): Proof => ({
  kind: 'password',
  ways,
  trusted,
  wanted,
})
const passkey: Proof = { kind: 'passkey', verified: true, key: 'swk' }

describe('the steps of a sign-in', () => {
  it.each<[string, Proof[], SignInState]>([
    ['a password, of somebody who has nothing else', [password()], { at: 'session', amr: ['pwd'] }],
    [
      'a password, where recovery codes are all that is left',
      [password(['recovery-code'])],
      { at: 'session', amr: ['pwd'] },
    ],
    ['a password alone', [password(['totp'])], { at: 'second-factor', ways: ['totp'] }],
    ['a password on a trusted device', [password(['totp'], true)], { at: 'session', amr: ['pwd'] }],
    [
      'the same where two factors are wanted',
      [password(['totp'], true, TWO_FACTORS)],
      { at: 'second-factor', ways: ['totp'] },
    ],
    [
      'a password and a code',
      [password(['totp']), { kind: 'totp' }],
      { at: 'session', amr: ['pwd', 'otp', 'mfa'] },
    ],
    [
      'a password and a passkey',
      [password(['passkey']), { ...passkey, verified: false }],
      { at: 'session', amr: ['pwd', 'swk', 'mfa'] },
    ],
    ['a passkey alone', [passkey], { at: 'session', amr: ['swk', 'user', 'mfa'] }],
    [
      'a passkey alone, of a device that has not looked who holds it',
      [{ ...passkey, verified: false }],
      { at: 'refused' },
    ],
    ['a code without a password', [{ kind: 'totp' }], { at: 'refused' }],
    ['a proof that the user does not have', [password(['totp']), passkey], { at: 'refused' }],
    ['the password twice', [password(['totp']), password()], { at: 'refused' }],
    ['a proof after the session', [password(), { kind: 'totp' }], { at: 'refused' }],
  ])('%s', (_title, proofs, state) => {
    expect(run(proofs)).toEqual(state)
  })

  it('no order of proofs gives a session but a password with what it needs, or a verified passkey', () => {
    fc.assert(
      fc.property(fc.array(proof, { maxLength: 5 }), (proofs) => {
        const state = run(proofs)
        if (state.at !== 'session') return
        const [first, second] = proofs
        if (proofs.length === 1 && first?.kind === 'passkey') {
          expect(first.verified).toBe(true)
          return
        }
        if (first?.kind !== 'password') expect.fail('begins with a password')
        const needs = first.ways.some((each) => each !== 'recovery-code') && !(first.trusted && !first.wanted)
        expect(proofs).toHaveLength(needs ? 2 : 1)
        if (needs) expect(first.ways).toContain(second?.kind)
        if (first.wanted && needs) expect(levelOf(state.amr)).toBe(TWO_FACTORS)
      }),
    )
  })

  it('what is refused stays so, whatever follows', () => {
    fc.assert(
      fc.property(fc.array(proof), fc.array(proof), (some, more) => {
        if (run(some).at === 'refused') expect(run([...some, ...more]).at).toBe('refused')
      }),
    )
  })
})
