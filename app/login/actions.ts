'use server'

import { signIn } from 'evergate/next'
import { type AccountFormState, EMPTY_ACCOUNT_FORM, failedWith } from '../_lib/account-form'
import { textOf } from '../_lib/guards'
import { leadTo } from '../_lib/lead-to'
import { returnToOf } from '../_lib/return-to'

export async function signInAction(previous: AccountFormState, form: FormData): Promise<AccountFormState> {
  const step = textOf(form, 'step')
  if (step !== '') return secondStep(step, previous, form)
  const email = textOf(form, 'email').trim()
  const password = textOf(form, 'password')
  const fields: Record<string, string> = {}
  if (email === '') fields.email = 'Enter your e-mail.'
  if (password === '') fields.password = 'Enter your password.'
  if (Object.keys(fields).length > 0) {
    return failedWith({ code: 'invalid_request', message: '', fields }, { email })
  }

  const acrValues = textOf(form, 'acrValues')
  const result = await signIn({ email, password, ...(acrValues && { acrValues }) })
  if (result.ok) return leadTo(returnToOf(textOf(form, 'returnTo')))
  const { secondFactor } = result.error
  return secondFactor ? { ...EMPTY_ACCOUNT_FORM, email, secondFactor } : failedWith(result.error, { email })
}

/** The code after the password. A wrong one leaves the step for another try. */
async function secondStep(
  step: string,
  { email, secondFactor }: AccountFormState,
  form: FormData,
): Promise<AccountFormState> {
  const waiting = secondFactor ?? { step, ways: [] }
  const code = textOf(form, 'code').trim()
  if (code === '') {
    return { ...EMPTY_ACCOUNT_FORM, email, fields: { code: 'Enter a code.' }, secondFactor: waiting }
  }
  const result = await signIn({ step, code, trust: textOf(form, 'trust') === 'on' })
  if (result.ok) return leadTo(returnToOf(textOf(form, 'returnTo')))
  const failed = failedWith(result.error, { email })
  return result.error.code === 'invalid_step' ? failed : { ...failed, secondFactor: waiting }
}
