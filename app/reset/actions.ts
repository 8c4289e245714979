'use server'

import { endSession, getSession } from 'evergate/next'
import { textOf } from '../_lib/guards'
import { leadTo } from '../_lib/lead-to'
import { callForMail } from '../_lib/mail-form'
import { EMPTY_MAIL_FORM, type MailFormState } from '../_lib/mail-form-state'

/** Sets a new password with the token of a link. Every session of the person ends. */
export async function resetAction(_previous: MailFormState, form: FormData): Promise<MailFormState> {
  const password = textOf(form, 'password')
  if (password === '') return { ...EMPTY_MAIL_FORM, fields: { password: 'Choose a new password.' } }
  const failed = await callForMail('/password/reset', { token: textOf(form, 'token'), password })
  if (failed) return { ...EMPTY_MAIL_FORM, ...failed, error: failed.error ?? failed.fields.token ?? null }
  // Every session of theirs has ended. An access token of this browser would be good for a while yet, and lead past the sign-in page.
  if (await getSession()) await endSession()
  return leadTo('/login?reason=password-set')
}
