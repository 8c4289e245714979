import { CompactSign, exportJWK, generateKeyPair } from 'jose'

/** A key of a browser that has device keys, and the proofs that it makes (Device Bound Session Credentials). */
export async function deviceKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  const sign = (challenge: string, header: object) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify({ jti: challenge })))
      .setProtectedHeader({ alg: 'ES256', typ: 'dbsc+jwt', ...header })
      .sign(privateKey)
  return {
    /** The proof of a registration, which brings the key along. */
    register: (challenge: string) => sign(challenge, { jwk }),
    prove: (challenge: string) => sign(challenge, {}),
  }
}

/** The challenge in `Secure-Session-Registration`; undefined for none. */
export const challengeToRegister = (header: string | null | undefined): string | undefined =>
  /challenge="([^"]*)"/.exec(header ?? '')?.[1]

/** The challenge in `Secure-Session-Challenge`; undefined for none. */
export const challengeToRenew = (header: string | null | undefined): string | undefined =>
  /^"([^"]*)"/.exec(header ?? '')?.[1]
