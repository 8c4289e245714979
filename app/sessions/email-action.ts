'use server'

import { requireSession } from 'evergate/next'
import { textOf } from '../_lib/guards'
import { callForMail } from '../_lib/mail-form'
import { EMPTY_MAIL_FORM, type MailFormState } from '../_lib/mail-form-state'

/** Sends a link to another address; the person's stays as it is until that was used. */
export async function changeEmailAction(_previous: MailFormState, form: FormData): Promise<MailFormState> {
  await requireSession()
  const email = textOf(form, 'new-email').trim()
  const password = textOf(form, 'password-for-email')
  if (email === '') return { ...EMPTY_MAIL_FORM, fields: { email: 'Enter the new address.' } }
  const failed = await callForMail('/email/change', { email, ...(password !== '' && { password }) })
  if (failed) return { ...EMPTY_MAIL_FORM, ...failed, email }
  return {
    ...EMPTY_MAIL_FORM,
    done: `A link is on its way to ${email}. Until you have used it, nothing changes.`,
  }
}
