import { backendFetch } from 'evergate/next'
import { sentence } from './account-form'
import type { MailFormState } from './mail-form-state'

const MESSAGES: Record<string, string> = {
  invalid_link: 'This link is not good any more: it was used, or is too old. Ask for another one.',
  invalid_credentials: 'This is not your password. Try again.',
  insufficient_user_authentication: 'You signed in some time ago. Enter your password as well.',
  not_found: 'This server sends no mail.',
  too_many_requests: 'Too many attempts. Wait a moment, then try again.',
  invalid_token: 'This session has ended. Sign in again.',
  unauthenticated: 'This session has ended. Sign in again.',
}

/** Calls a route of the auth server that has to do with mail; undefined when it was done. */
export async function callForMail(
  path: string,
  body: Record<string, string>,
): Promise<Pick<MailFormState, 'error' | 'fields'> | undefined> {
  let response: Response
  try {
    response = await backendFetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  } catch {
    return { error: UNAVAILABLE, fields: {} }
  }
  if (response.ok) return undefined
  const answer: unknown = await response.json().catch(() => null)
  const { error: code, fields } = typeof answer === 'object' && answer !== null ? (answer as Answer) : {}
  if (code === 'invalid_request') return { error: null, fields: mapped(fields) }
  return { error: MESSAGES[code ?? ''] ?? UNAVAILABLE, fields: {} }
}

type Answer = { error?: string; fields?: Record<string, string> }

const UNAVAILABLE = 'The auth server does not answer right now. Nothing is lost: try again in a moment.'

function mapped(fields: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, sentence(text)]))
}
