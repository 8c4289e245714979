import { backendFetch, getSession } from 'evergate/next'
import { below } from '../../../_lib/base-path'
import { isRecord, stringOr, textOf } from '../../../_lib/guards'

const CODES: Record<string, string> = {
  insufficient_user_authentication: 'password-needed',
  invalid_credentials: 'password-wrong',
  too_many_requests: 'too-many',
  invalid_token: 'signed-out',
}

/** Everything that is known of the person, as a file. A refusal leads back to the page, which says it. */
export async function POST(request: Request): Promise<Response> {
  if (!(await getSession())) return back('signed-out')
  const password = textOf(await request.formData(), 'password-for-export')
  try {
    const response = await backendFetch('/me/export', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(password === '' ? {} : { password }),
    })
    const body: unknown = await response.json()
    if (!response.ok) return back(CODES[isRecord(body) ? stringOr(body.error, '') : ''] ?? 'unavailable')
    return new Response(`${JSON.stringify(body, null, 2)}\n`, {
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Disposition': 'attachment; filename="my-data.json"',
        'Cache-Control': 'private, no-store',
      },
    })
  } catch {
    return back('unavailable')
  }
}

function back(problem: string): Response {
  const headers = {
    Location: below(`/sessions/data?problem=${problem}`),
    'Cache-Control': 'private, no-store',
  }
  return new Response(null, { status: 303, headers })
}
