const MIN_BYTES = 32
const MIN_CHARACTERS = 8
const LONGEST_PATTERN = 8

/**
 * Whether a secret is long and varied enough not to be guessed from one token it made: 32 bytes or more, 8 different
 * characters or more, and no pattern of up to 8 characters repeated all through. 16 random bytes in hex pass, `changeme` written
 * four times does not.
 */
export function isStrongSecret(secret: string | Buffer): boolean {
  const bytes = Buffer.from(secret as string)
  const text = bytes.toString('latin1')
  return (
    bytes.length >= MIN_BYTES && new Set(text).size >= MIN_CHARACTERS && !isRepetition(text, LONGEST_PATTERN)
  )
}

/** A text that repeats a pattern is the same when the pattern is cut off in front. */
function isRepetition(text: string, longest: number): boolean {
  for (let length = 1; length <= longest; length++) if (text.startsWith(text.slice(length))) return true
  return false
}
