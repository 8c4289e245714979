/** SHA-256 (FIPS 180-4) as 32 characters: names a token without being one, and nobody finds another token of that name. */
export async function digestOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return String.fromCharCode(...new Uint8Array(hash))
}
