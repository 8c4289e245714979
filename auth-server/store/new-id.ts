/** Cryptographically strong random bytes. */
export type Random = (bytes: number) => Uint8Array

/** A new identifier of 128 random bits, for users and sessions: 22 characters of base64url. */
export function newId(random: Random): string {
  return Buffer.from(random(16)).toString('base64url')
}
