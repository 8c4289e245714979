import type { SignInResult } from 'evergate/next'

/** The fields that a failed sign-in or registration form shows again. Passwords are never sent back. */
export type AccountFormState = {
  name: string
  email: string
  message: string | null
  fields: Record<string, string>
  /** A sign-in whose password was right goes on with this. */
  secondFactor?: { step: string; ways: readonly string[] } | undefined
}

export const EMPTY_ACCOUNT_FORM: AccountFormState = { name: '', email: '', message: null, fields: {} }

const MESSAGES: Record<string, string> = {
  invalid_credentials: 'This e-mail and password do not belong together. Check both and try again.',
  email_taken: 'There is an account with this e-mail already. Sign in instead.',
  invalid_request: 'Something in the form needs another look.',
  invalid_code: 'This code is wrong, or was used before. Wait for the next one.',
  invalid_step: 'This took too long. Sign in again.',
  too_many_requests: 'Too many attempts. Wait a moment, then try again.',
}

const UNAVAILABLE = 'The auth server does not answer right now. Nothing is lost: try again in a moment.'

type Failure = Extract<SignInResult, { ok: false }>['error']

export function failedWith(error: Failure, typed: { name?: string; email: string }): AccountFormState {
  const message = MESSAGES[error.code] ?? (error.message || UNAVAILABLE)
  const fields = Object.fromEntries(
    Object.entries(error.fields ?? {}).map(([name, text]) => [name, sentence(text)]),
  )
  return { name: typed.name ?? '', email: typed.email, message, fields }
}

/** Codes of fields that the auth server cannot take. */
const FAULTS: Record<string, string> = {
  control_characters: 'Must not contain control characters.',
  empty: 'Must not be empty.',
  not_an_address: 'Must be an e-mail address.',
  too_common: 'Must not be one of the most common passwords.',
  too_long: 'Is too long.',
  too_personal: 'Must not be your name or e-mail with a little added.',
  too_short: 'Must have at least 8 characters.',
}

/** A fault in words. Another backend's own words become a sentence: "is taken" -> "Is taken." */
export function sentence(text: string): string {
  const known = FAULTS[text]
  if (known) return known
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}
