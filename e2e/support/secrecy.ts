/** Texts that must stand in no log: tokens by their form, and everything that a test has typed or configured. */
const TOKENS: [string, RegExp][] = [
  ['a JWT', /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/],
  ['a refresh token', /e1\.[\w-]{22}\.\d+\.[\w-]{8}\.[\w-]{43}/],
  ['a bearer token', /bearer +[\w.~+/-]{16,}/i],
  ['a session cookie', /\b(?:accessToken|refreshToken|userDataEtls)(?:\.\d+)?=[^;\s"]{8,}/],
]

/** Names what of that a log holds, without repeating it. */
export function secretsIn(log: string, secrets: Readonly<Record<string, string>>): string[] {
  const byForm = TOKENS.filter(([, form]) => form.test(log)).map(([name]) => name)
  const byValue = Object.entries(secrets).filter(([, secret]) => secret.length > 7 && log.includes(secret))
  return [...byForm, ...byValue.map(([name]) => name)]
}
