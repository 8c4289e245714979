import { z } from 'zod'

/** The name of a person, as they like it. */
export const personName = z
  .string('must be text')
  .trim()
  .min(1, 'must not be empty')
  .max(100, 'must have at most 100 characters')
  .regex(/^\P{Cc}*$/u, 'must not contain control characters')

/** The roles of a user, each once. */
export const userRoles = z
  .array(
    z
      .string('must be text')
      .regex(/^[\w.:-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, colons, hyphens and underscores'),
    'must be a list of roles',
  )
  .max(32, 'must be at most 32 roles')
  .transform((roles) => [...new Set(roles)])
