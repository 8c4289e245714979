import type { Session } from 'evergate/next'
import { backendFetch, signIn } from 'evergate/next'
import { isRecord, stringOr } from '../_lib/guards'
import { personOf } from '../_lib/person'

/** The auth server's answer to a request that ends sessions. */
export type Ended =
  | 'done'
  /** The other session had ended already. */
  | 'gone'
  /** This session has ended; nothing was done. */
  | 'signed-out'
  | 'password-needed'
  | 'password-wrong'
  /** A recent sign-in with two factors, or the password and a code. */
  | 'code-needed'
  | 'code-wrong'
  /** A field is not as it must be. */
  | 'invalid'
  | 'too-many'
  | 'unavailable'

/**
 * Asks the auth server to end sessions, or for another act on an account. It wants a young sign-in for that (RFC 9470): with a `password` the person signs in again first,
 * right here, so that nothing is lost of what they were about to do. This session then gives way to a new one, in which the auth server
 * does not ask again for a while. Somebody with a second factor keeps the session, and the password goes with the request.
 *
 * @param fields - what the act needs beside the password
 */
export async function endSessions(
  session: Session,
  path: string,
  method: string,
  password: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Ended> {
  if (password !== '') {
    const again = await signIn({ email: personOf(session.user).email, password })
    if (!again.ok && again.error.code !== 'second_factor_required')
      return REFUSALS[again.error.code] ?? 'unavailable'
  }
  return endAtAuthServer(path, method, { ...fields, ...(password !== '' && { password }) })
}

const REFUSALS: Record<string, Ended> = {
  invalid_credentials: 'password-wrong',
  too_many_requests: 'too-many',
}

async function endAtAuthServer(path: string, method: string, body: object): Promise<Ended> {
  const headers = { 'content-type': 'application/json' }
  try {
    const response = await backendFetch(path, { method, headers, body: JSON.stringify(body) })
    if (response.ok) return 'done'
    const refused = refusalOf(response.status, await response.json())
    const wantsBoth = response.headers.get('www-authenticate')?.includes('acr_values=') ?? false
    return refused === 'password-needed' && wantsBoth ? 'code-needed' : refused
  } catch {
    return 'unavailable'
  }
}

function refusalOf(status: number, body: unknown): Ended {
  const code = isRecord(body) ? stringOr(body.error, '') : ''
  if (code === 'insufficient_user_authentication') return 'password-needed'
  if (code === 'invalid_credentials') return 'password-wrong'
  if (code === 'invalid_code') return 'code-wrong'
  if (code === 'invalid_request') return 'invalid'
  if (status === 401) return 'signed-out'
  if (status === 404) return 'gone'
  return status === 429 ? 'too-many' : 'unavailable'
}
