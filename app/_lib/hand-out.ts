import { backendFetch } from 'evergate/next'
import { below } from './base-path'
import { isRecord, stringOr } from './guards'

const CODES: Record<string, string> = {
  insufficient_user_authentication: 'password-needed',
  invalid_credentials: 'password-wrong',
  too_many_requests: 'too-many',
  invalid_token: 'signed-out',
}

/**
 * Everything that is known of a person, as a file.
 *
 * @param path - of the auth server
 * @param page - leads to the page that says a refusal
 */
export async function handOut(
  path: string,
  password: string,
  fileName: string,
  page: (problem: string) => string,
): Promise<Response> {
  const refused = (problem: string) => leadBack(page(problem))
  try {
    const response = await backendFetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(password === '' ? {} : { password }),
    })
    const body: unknown = await response.json()
    if (!response.ok) return refused(CODES[isRecord(body) ? stringOr(body.error, '') : ''] ?? 'unavailable')
    return new Response(`${JSON.stringify(body, null, 2)}\n`, {
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Disposition': `attachment; filename="${fileName}"`,
        'Cache-Control': 'private, no-store',
      },
    })
  } catch {
    return refused('unavailable')
  }
}

/** Leads from a posted form to a page of the app. */
export function leadBack(page: string): Response {
  const headers = { Location: below(page), 'Cache-Control': 'private, no-store' }
  return new Response(null, { status: 303, headers })
}
