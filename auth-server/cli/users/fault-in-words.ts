const WORDS: Readonly<Record<string, string>> = {
  control_characters: 'must not contain control characters',
  empty: 'must not be empty',
  too_common: 'must not be one of the most common passwords',
  too_long: 'is too long',
  too_personal:
    'must not be their name, their e-mail address or the name of this service with a little added',
  too_short: 'must have at least 8 characters',
}

/** The code of a field that cannot be taken, as the end of a sentence. */
export function faultInWords(code: string | undefined): string {
  return WORDS[code ?? ''] ?? 'cannot be used'
}
