import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'

const text = z.string('not_text').max(8192, 'too_long')
const common = {
  id: text,
  rawId: text,
  type: z.literal('public-key', 'invalid'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional().catch(undefined),
  // Nothing in it is looked at.
  clientExtensionResults: z.unknown().transform(() => ({})),
}

/** `RegistrationResponseJSON` of WebAuthn 5.1. */
export const creation = z
  .object(
    {
      ...common,
      response: z.object({
        clientDataJSON: text,
        attestationObject: text,
        transports: z.array(z.string().max(32)).max(8).optional().catch([]),
      }),
    },
    'invalid',
  )
  .transform((body) => body as RegistrationResponseJSON)

/** `AuthenticationResponseJSON` of WebAuthn 5.1. */
export const assertion = z
  .object(
    {
      ...common,
      response: z.object({
        clientDataJSON: text,
        authenticatorData: text,
        signature: text,
        userHandle: text.nullish().transform((handle) => handle ?? undefined),
      }),
    },
    'invalid',
  )
  .transform((body) => body as AuthenticationResponseJSON)
