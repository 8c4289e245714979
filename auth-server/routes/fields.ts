import { z } from 'zod'

/** The name of a person, as they like it. */
export const personName = z
  .string('not_text')
  .trim()
  .min(1, 'empty')
  .max(100, 'too_long')
  .regex(/^\P{Cc}*$/u, 'control_characters')

/** The roles of a user, each once. */
export const userRoles = z
  .array(z.string('not_text').regex(/^[\w.:-]{1,64}$/, 'not_roles'), 'not_roles')
  .max(32, 'too_long')
  .transform((roles) => [...new Set(roles)])
