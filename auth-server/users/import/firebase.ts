/**
 * The parameters that the console of Firebase shows under "Password hash parameters", as a hash carries them; undefined when one is
 * missing.
 *
 * @param text - `hash_config { algorithm: SCRYPT, base64_signer_key: …, base64_salt_separator: …, rounds: 8, mem_cost: 14, }`
 */
export function firebaseParameters(text: string): string | undefined {
  const of = (name: string) => new RegExp(`\\b${name}["']?\\s*[:=]\\s*["']?([\\w+/=-]+)`).exec(text)?.[1]
  const [signer, separator] = [of('base64_signer_key'), of('base64_salt_separator')]
  const [rounds, memory] = [of('rounds'), of('mem_cost')]
  if (!signer || !separator || !rounds || !memory) return undefined
  return `n=${memory},r=${rounds},p=1,ss=${separator},sk=${signer}`
}
