import type { JWSHeaderParameters } from 'jose'

/** Finds the key that a token names, in a shared secret or a set of public keys. */
export type KeySet = {
  /** Another object whenever the keys may have changed. */
  edition(): object | undefined
  /** Whether there are keys at all; tries to get them. */
  ready(): Promise<boolean>
  /** `eager` looks again at the backend even if it was asked a moment ago: for tokens it has just issued. */
  find(header: JWSHeaderParameters, eager?: boolean): Promise<KeyLookup>
}

/** `retired`: a key that was published once and is no longer; `unavailable`: no key set could be had, or the key cannot be used here. */
export type KeyLookup =
  | { result: 'found'; key: CryptoKey }
  | { result: 'retired' }
  | { result: 'unknown' }
  | { result: 'unavailable' }
