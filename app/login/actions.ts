'use server'

import { signIn } from 'evergate/next'
import { type AccountFormState, failedWith } from '../_lib/account-form'
import { textOf } from '../_lib/guards'
import { leadTo } from '../_lib/lead-to'
import { returnToOf } from '../_lib/return-to'

export async function signInAction(_previous: AccountFormState, form: FormData): Promise<AccountFormState> {
  const email = textOf(form, 'email').trim()
  const password = textOf(form, 'password')
  const fields: Record<string, string> = {}
  if (email === '') fields.email = 'Enter your e-mail.'
  if (password === '') fields.password = 'Enter your password.'
  if (Object.keys(fields).length > 0) {
    return failedWith({ code: 'invalid_request', message: '', fields }, { email })
  }

  const result = await signIn({ email, password })
  if (!result.ok) return failedWith(result.error, { email })
  return leadTo(returnToOf(textOf(form, 'returnTo')))
}
