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
  | 'too-many'
  | 'unavailable'

/**
 * Asks the auth server to end sessions. It wants a young sign-in for that (RFC 9470): with a `password` the person signs in again first,
 * right here, so that nothing is lost of what they were about to do. This session then gives way to a new one, in which the auth server
 * does not ask again for a while.
 */
export async function endSessions(
  session: Session,
  path: string,
  method: string,
  password: string,
): Promise<Ended> {
  if (password !== '') {
    const again = await signIn({ email: personOf(session.user).email, password })
    if (!again.ok) return REFUSALS[again.error.code] ?? 'unavailable'
  }
  return endAtAuthServer(path, method, password)
}

const REFUSALS: Record<string, Ended> = {
  invalid_credentials: 'password-wrong',
  too_many_requests: 'too-many',
}

async function endAtAuthServer(path: string, method: string, password: string): Promise<Ended> {
  // Read only where no sign-in is young enough: `REAUTHENTICATE_AFTER=0`.
  const body = password === '' ? {} : { body: JSON.stringify({ password }) }
  const headers = { 'content-type': 'application/json' }
  try {
    const response = await backendFetch(path, { method, headers, ...body })
    return response.ok ? 'done' : refusalOf(response.status, await response.json())
  } catch {
    return 'unavailable'
  }
}

function refusalOf(status: number, body: unknown): Ended {
  const code = isRecord(body) ? stringOr(body.error, '') : ''
  if (code === 'insufficient_user_authentication') return 'password-needed'
  if (code === 'invalid_credentials') return 'password-wrong'
  if (status === 401) return 'signed-out'
  if (status === 404) return 'gone'
  return status === 429 ? 'too-many' : 'unavailable'
}
