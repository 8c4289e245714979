import { z } from 'zod'

/** An e-mail address in the one spelling that is stored and looked up: trimmed and lower-cased. */
export const email = z
  .string('must be text')
  .trim()
  .toLowerCase()
  .max(254, 'must have at most 254 characters')
  .pipe(z.email('must be an e-mail address'))
