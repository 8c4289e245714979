import { tokenPart } from './token-part.ts'

/**
 * How the person has signed in (`amr`, RFC 8176: `pwd`, `otp`, `hwk`, …); empty when the backend does not tell. Not read at the edge,
 * where no rule asks for it.
 *
 * @param accessToken one that has been verified.
 */
export function signInMethodsOf(accessToken: string): string[] {
  const amr = tokenPart(accessToken, 1)?.amr
  return Array.isArray(amr) ? amr.filter((method) => typeof method === 'string') : []
}
