'use server'

import { textOf } from '../_lib/guards'
import { callForMail } from '../_lib/mail-form'
import { EMPTY_MAIL_FORM, type MailFormState } from '../_lib/mail-form-state'

/** Asks for a link. The answer is the same whether somebody has this address or not. */
export async function forgotAction(_previous: MailFormState, form: FormData): Promise<MailFormState> {
  const email = textOf(form, 'email').trim()
  if (email === '') return { ...EMPTY_MAIL_FORM, fields: { email: 'Enter your e-mail.' } }
  const failed = await callForMail('/password/forgot', { email })
  if (failed) return { ...EMPTY_MAIL_FORM, ...failed, email }
  return {
    ...EMPTY_MAIL_FORM,
    email,
    done: 'If there is an account with this address, a link is on its way to it.',
  }
}
