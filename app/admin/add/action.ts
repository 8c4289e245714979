'use server'

import { backendFetch, requireSession } from 'evergate/next'
import { sentence } from '../../_lib/account-form'
import { isRecord, stringOr, textOf } from '../../_lib/guards'
import { leadTo } from '../../_lib/lead-to'
import { problemIn } from '../../sessions/data/problems'
import { adminNeeds } from '../needs'
import type { AddState } from './state'

/** Adds somebody with a first password, and leads to their page. */
export async function addPerson(previous: AddState, form: FormData): Promise<AddState> {
  await requireSession(adminNeeds())
  const [email, name] = [textOf(form, 'new-email').trim(), textOf(form, 'new-name')]
  const password = textOf(form, 'password-to-add')
  const person = { email, name, newPassword: textOf(form, 'new-password') }
  const { status, body } = await ask({ ...person, ...(password !== '' && { password }) })
  const id = stringOr(body.id, '')
  if (status === 201 && id !== '') return await leadTo(`/admin?${new URLSearchParams({ person: id })}`)

  const code = stringOr(body.error, '')
  const kept = { email, name, error: null, fields: {}, needsPassword: previous.needsPassword }
  if (code === 'invalid_request') return { ...kept, fields: sentencesOf(body.fields) }
  if (code === 'email_taken')
    return { ...kept, fields: { email: 'There is an account with this e-mail already.' } }
  const needsPassword = kept.needsPassword || code === 'insufficient_user_authentication'
  return { ...kept, needsPassword, error: problemIn(PROBLEMS[code] ?? 'unavailable') }
}

const PROBLEMS: Record<string, string> = {
  insufficient_user_authentication: 'password-needed',
  invalid_credentials: 'password-wrong',
  too_many_requests: 'too-many',
  invalid_token: 'signed-out',
}

async function ask(json: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { 'content-type': 'application/json' }
  try {
    const response = await backendFetch('/admin/users', {
      method: 'POST',
      headers,
      body: JSON.stringify(json),
    })
    const body: unknown = await response.json()
    return { status: response.status, body: isRecord(body) ? body : {} }
  } catch {
    return { status: 503, body: {} }
  }
}

function sentencesOf(fields: unknown): Record<string, string> {
  const entries = Object.entries(isRecord(fields) ? fields : {})
  return Object.fromEntries(entries.map(([name, code]) => [name, sentence(String(code))]))
}
