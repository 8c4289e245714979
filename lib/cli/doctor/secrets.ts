type Secret = { readonly variable: string; readonly value: string }

const LISTS = ['ETLS_ACCESS', 'ETLS_REFRESH', 'GATEWAY_SECRET']
/** Variables whose value must not be read by others. */
export const SECRET_VARIABLES = [...LISTS, 'SIGNING_KEYS']

/** Every secret of an environment, one by one, with the variable that holds it. */
export function secretsIn(environment: Readonly<Record<string, string>>): Secret[] {
  const listed = LISTS.flatMap((variable) => {
    const text = environment[variable] ?? ''
    // A shared secret is one, whatever it consists of.
    const values = variable === 'ETLS_ACCESS' ? [text] : text.split(',').map((one) => one.trim())
    return values.map((value) => ({ variable, value }))
  })
  const keys = privateParts(environment.SIGNING_KEYS).map((value) => ({ variable: 'SIGNING_KEYS', value }))
  return [...listed, ...keys].filter(({ value }) => value.length >= 8)
}

function privateParts(text: string | undefined): string[] {
  try {
    const keys: unknown[] = JSON.parse(text ?? '{}').keys ?? []
    return keys.map((key) => (key as { d?: unknown }).d).filter((d) => typeof d === 'string')
  } catch {
    return []
  }
}
