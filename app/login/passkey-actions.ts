'use server'

import { backendFetch, signIn } from 'evergate/next'
import { isRecord } from '../_lib/guards'
import { leadTo } from '../_lib/lead-to'
import { returnToOf } from '../_lib/return-to'
import { sentenceOf, UNAVAILABLE } from '../_lib/second-factor'

/** A challenge for a passkey: of anybody, or of the sign-in that `step` names. */
export async function askForPasskey(step: string): Promise<{ options: unknown } | { error: string }> {
  try {
    const response = await backendFetch('/passkeys/challenge', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(step ? { step } : {}),
    })
    const body: unknown = await response.json()
    if (!isRecord(body)) return { error: UNAVAILABLE }
    return response.ok ? { options: body.options } : { error: sentenceOf(String(body.error)) }
  } catch {
    return { error: UNAVAILABLE }
  }
}

/** Signs in with what the passkey has answered. */
export async function signInWithPasskey(
  passkey: unknown,
  step: string,
  trust: boolean,
  returnTo: string,
): Promise<{ error: string }> {
  const result = await signIn({ passkey, ...(step && { step, trust }) })
  if (!result.ok) return { error: sentenceOf(result.error.code) }
  return leadTo(returnToOf(returnTo))
}
