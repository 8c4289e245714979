'use server'

import { register } from 'evergate/next'
import { type AccountFormState, failedWith } from '../_lib/account-form'
import { textOf } from '../_lib/guards'
import { leadTo } from '../_lib/lead-to'
import { returnToOf } from '../_lib/return-to'

export async function registerAction(_previous: AccountFormState, form: FormData): Promise<AccountFormState> {
  const name = textOf(form, 'name').trim()
  const email = textOf(form, 'email').trim()
  const password = textOf(form, 'password')
  const fields: Record<string, string> = {}
  if (name === '') fields.name = 'Enter a name.'
  if (email === '') fields.email = 'Enter an e-mail.'
  if (password === '') fields.password = 'Choose a password.'
  if (Object.keys(fields).length > 0) {
    return failedWith({ code: 'invalid_request', message: '', fields }, { name, email })
  }

  const result = await register({ name, email, password })
  if (!result.ok) return failedWith(result.error, { name, email })
  return leadTo(returnToOf(textOf(form, 'returnTo')))
}
