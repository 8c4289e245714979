import { changePassword } from 'evergate/next'

const NO_STORE = { 'Cache-Control': 'private, no-store' }
const STATUS: Record<string, number> = {
  invalid_credentials: 401,
  invalid_token: 401,
  unauthenticated: 401,
  invalid_request: 422,
  too_many_requests: 429,
}

/**
 * `{current, next}`. In the proxy's place: the backend answers with the tokens of a new session, which belong into cookies and not
 * into the hands of a script.
 */
export async function POST(request: Request): Promise<Response> {
  const result = await changePassword(passwordsOf(await request.json().catch(() => undefined)))
  if (result.ok) {
    const { user, expiresAt } = result.session
    return Response.json({ user, expiresAt }, { headers: NO_STORE })
  }
  const { code: error, message: error_description, fields } = result.error
  return Response.json(
    { error, error_description, ...(fields && { fields }) },
    { status: STATUS[error] ?? 503, headers: NO_STORE },
  )
}

/** The backend says what is wrong with anything else. */
function passwordsOf(body: unknown): { current: string; next: string } {
  const { current, next } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  return { current: String(current ?? ''), next: String(next ?? '') }
}
