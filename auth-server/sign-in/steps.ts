/** A proof that can be asked for after the password. */
export type Way = 'totp' | 'passkey' | 'recovery-code'

/** How sure a sign-in is, as `acr` of access tokens says it (RFC 9068 2.2.1). */
export type Level = typeof ONE_FACTOR | typeof TWO_FACTORS
const ONE_FACTOR = 'urn:evergate:one-factor'
export const TWO_FACTORS = 'urn:evergate:two-factors'

/** Something that was shown and found to be right. A wrong proof never comes here. */
export type Proof =
  | {
      readonly kind: 'password'
      /** The proofs that the user can give besides. Recovery codes alone are none. */
      readonly ways: readonly Way[]
      /** Whether this browser has given one lately, and is let off it. */
      readonly trusted: boolean
      /** The level that is asked for. Undefined: any. */
      readonly wanted: Level | undefined
    }
  | { readonly kind: 'totp' | 'recovery-code' }
  | {
      readonly kind: 'passkey'
      /** Whether the device has made sure who holds it, by a PIN or a fingerprint. */
      readonly verified: boolean
      /** A key that leaves its device in a backup is a software key (RFC 8176 2). */
      readonly key: 'hwk' | 'swk'
    }

/** Where a sign-in stands. */
export type SignInState =
  | { readonly at: 'start' }
  /** Half finished: nothing may be done with it but to give one of these proofs. */
  | { readonly at: 'second-factor'; readonly ways: readonly Way[] }
  /** A session may begin; `amr` in the words of RFC 8176. */
  | { readonly at: 'session'; readonly amr: readonly string[] }
  /** For good: a sign-in begins at the start again. */
  | { readonly at: 'refused' }

export const START: SignInState = { at: 'start' }
const REFUSED: SignInState = { at: 'refused' }

/** The state of a sign-in after a proof. Defined for each state and each proof: a proof out of its turn refuses. */
export function nextStep(state: SignInState, proof: Proof): SignInState {
  if (state.at === 'start') return begin(proof)
  if (state.at === 'second-factor' && proof.kind !== 'password' && state.ways.includes(proof.kind))
    return { at: 'session', amr: ['pwd', proof.kind === 'passkey' ? proof.key : 'otp', 'mfa'] }
  return REFUSED
}

function begin(proof: Proof): SignInState {
  if (proof.kind === 'password') {
    const { trusted, wanted } = proof
    const ways = proof.ways.every((way) => way === 'recovery-code') ? [] : proof.ways
    const enough = ways.length === 0 || (trusted && wanted !== TWO_FACTORS)
    return enough ? { at: 'session', amr: ['pwd'] } : { at: 'second-factor', ways }
  }
  // The key, and the PIN or the finger that it asks for, are two factors.
  if (proof.kind === 'passkey' && proof.verified) return { at: 'session', amr: [proof.key, 'user', 'mfa'] }
  return REFUSED
}

/** The level of a sign-in. */
export function levelOf(amr: readonly string[]): Level {
  return amr.includes('mfa') ? TWO_FACTORS : ONE_FACTOR
}
