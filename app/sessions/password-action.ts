'use server'

import { changePassword, requireSession } from 'evergate/next'
import { revalidatePath } from 'next/cache'
import { sentence } from '../_lib/account-form'
import { textOf } from '../_lib/guards'
import { CURRENT, NEXT, NO_CHANGE, type PasswordState } from './password-state'

/** Changes the person's password. Every session of theirs ends; the one that begins in this browser is set by the answer. */
export async function changePasswordAction(_previous: PasswordState, form: FormData): Promise<PasswordState> {
  await requireSession()
  const [current, next] = [textOf(form, CURRENT), textOf(form, NEXT)]
  if (current === '') return wrong({ [CURRENT]: 'Enter your current password.' })
  if (next === '') return wrong({ [NEXT]: 'Choose a new password.' })

  const result = await changePassword({ current, next })
  if (result.ok) {
    revalidatePath('/sessions')
    return { ...NO_CHANGE, result: 'Your password is changed. Every other session has ended.' }
  }
  const { code, fields, message } = result.error
  switch (code) {
    case 'invalid_credentials':
      return wrong({ [CURRENT]: 'This is not your password. Try again.' })
    case 'too_many_requests':
      return { ...NO_CHANGE, error: 'Too many wrong passwords. Wait some minutes, then try again.' }
    case 'invalid_request':
      return fields?.next
        ? wrong({ [NEXT]: sentence(fields.next) })
        : { ...NO_CHANGE, error: sentence(message) }
    case 'invalid_token':
    case 'unauthenticated':
      return { ...NO_CHANGE, error: 'This session was ended from another device. Sign in again.' }
    default:
      return {
        ...NO_CHANGE,
        error:
          'The auth server does not answer right now. If your password no longer works, the new one does.',
      }
  }
}

function wrong(fields: PasswordState['fields']): PasswordState {
  return { ...NO_CHANGE, fields }
}
