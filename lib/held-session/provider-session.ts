import { encode } from 'jose/base64url'

/**
 * The name of a provider's session in those that the gateway makes of it: `NAME.…`. A sign-in more in the same browser begins another
 * session of the gateway's, so that signing out of one is not signing out of the next; what ends the provider's session ends all of them.
 */
export async function nameOfProviderSession(providerSid: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(providerSid))
  return encode(new Uint8Array(hash).subarray(0, 16))
}
