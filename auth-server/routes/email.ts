import { z } from 'zod'

/** An e-mail address in the one spelling that is stored and looked up: trimmed and lower-cased. */
export const email = z
  .string('not_text')
  .trim()
  .toLowerCase()
  .max(254, 'too_long')
  .pipe(z.email('not_an_address'))
