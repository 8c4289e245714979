import { backendFetch } from 'evergate/next'
import { isRecord, stringOr } from '../_lib/guards'

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

/** Asks the auth server to end sessions; `password` confirms it when it was asked for. */
export async function endAtAuthServer(path: string, method: string, password: string): Promise<Ended> {
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
