import { askedOf } from '../decision/step-up.ts'
import type { SessionRequirement } from '../request/routes.ts'

const INSUFFICIENT = 'insufficient_user_authentication'

/** The value of `WWW-Authenticate`: RFC 6750 3; RFC 9470 3 for a session that is there and does not suffice. */
export const challenge = (unmet?: SessionRequirement): string =>
  unmet
    ? `Bearer error="${INSUFFICIENT}"${askedOf(unmet, (name, value) => `, ${name}="${value}"`)}`
    : 'Bearer'

/** The answer to a call without a session, or with one that does not suffice. */
export const unauthenticated = (
  unmet?: SessionRequirement,
  headers: Readonly<Record<string, string>> = {},
): Response =>
  Response.json(
    { error: unmet ? INSUFFICIENT : 'unauthenticated' },
    { status: 401, headers: { 'www-authenticate': challenge(unmet), ...headers } },
  )
