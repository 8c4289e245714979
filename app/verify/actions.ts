'use server'

import { textOf } from '../_lib/guards'
import { callForMail } from '../_lib/mail-form'
import { EMPTY_MAIL_FORM, type MailFormState } from '../_lib/mail-form-state'

/** Shows that an address belongs to the person who has the link. */
export async function verifyAction(_previous: MailFormState, form: FormData): Promise<MailFormState> {
  return await confirmed('/email/verify', form, 'Your address is confirmed.')
}

/** Takes the address that the link was sent to. */
export async function confirmEmailAction(_previous: MailFormState, form: FormData): Promise<MailFormState> {
  return await confirmed(
    '/email/change/confirm',
    form,
    'This is your address now. Sign in with it from now on.',
  )
}

async function confirmed(path: string, form: FormData, done: string): Promise<MailFormState> {
  const failed = await callForMail(path, { token: textOf(form, 'token') })
  if (failed) return { ...EMPTY_MAIL_FORM, ...failed, error: failed.error ?? failed.fields.token ?? null }
  return { ...EMPTY_MAIL_FORM, done }
}
