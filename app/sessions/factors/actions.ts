'use server'

import { requireSession } from 'evergate/next'
import { revalidatePath } from 'next/cache'
import { renderSVG } from 'uqr'
import { isRecord, stringOr, textOf } from '../../_lib/guards'
import { sentenceOf } from '../../_lib/second-factor'
import { callFactors } from './factors'
import { type FactorState, QUIET } from './state'

/** The proof that somebody shows for a change: the password, and a code. */
function proofOf(form: FormData): { password?: string; code?: string } {
  const [password, code] = [textOf(form, 'password'), textOf(form, 'proof').trim()]
  return { ...(password && { password }), ...(code && { code }) }
}

function refused(code: string, previous: FactorState): FactorState {
  if (code === 'insufficient_user_authentication') return { ...QUIET, confirm: true }
  return { ...previous, result: null, error: sentenceOf(code) }
}

function codesIn({ recoveryCodes }: Record<string, unknown>): string[] {
  return Array.isArray(recoveryCodes) ? recoveryCodes.filter((code) => typeof code === 'string') : []
}

/** Begins to set up an authenticator app, or ends it with a code of the app. */
export async function totpAction(previous: FactorState, form: FormData): Promise<FactorState> {
  await requireSession()
  const setup = textOf(form, 'setup')
  if (setup === '') {
    const begun = await callFactors('POST', '/factors/totp', proofOf(form))
    if ('code' in begun) return refused(begun.code, previous)
    const uri = stringOr(begun.body.uri, '')
    const secret = stringOr(begun.body.secret, '')
    return { ...QUIET, setup: { setup: stringOr(begun.body.setup, ''), secret, uri, svg: renderSVG(uri) } }
  }
  const code = textOf(form, 'code').trim()
  const done = await callFactors('POST', '/factors/totp/confirm', { setup, code })
  if ('code' in done) {
    return done.code === 'invalid_step'
      ? { ...QUIET, error: sentenceOf(done.code) }
      : { ...previous, result: null, error: sentenceOf(done.code) }
  }
  revalidatePath('/sessions/factors')
  return { ...QUIET, result: 'The authenticator app is set up.', codes: codesIn(done.body) }
}

/** Removes a factor, or ends the trust in a device. */
export async function removeAction(previous: FactorState, form: FormData): Promise<FactorState> {
  await requireSession()
  const done = await callFactors(
    'DELETE',
    `/factors/${encodeURIComponent(textOf(form, 'id'))}`,
    proofOf(form),
  )
  if ('code' in done && done.code !== 'not_found') return refused(done.code, previous)
  revalidatePath('/sessions/factors')
  return { ...QUIET, result: 'It is removed.' }
}

/** New recovery codes in the place of those before. */
export async function codesAction(previous: FactorState, form: FormData): Promise<FactorState> {
  await requireSession()
  const done = await callFactors('POST', '/factors/recovery-codes', proofOf(form))
  if ('code' in done) return refused(done.code, previous)
  revalidatePath('/sessions/factors')
  return {
    ...QUIET,
    result: 'These are your new codes. Those before count no more.',
    codes: codesIn(done.body),
  }
}

/** The challenge of a passkey to be. */
export async function beginPasskey(
  previous: FactorState,
  form: FormData,
): Promise<{ state: FactorState; options?: unknown }> {
  await requireSession()
  const begun = await callFactors('POST', '/factors/passkeys/challenge', proofOf(form))
  if ('code' in begun) return { state: refused(begun.code, previous) }
  return { state: QUIET, options: begun.body.options }
}

/** Keeps the passkey that the browser has made. */
export async function addPasskey(credential: unknown, name: string): Promise<FactorState> {
  await requireSession()
  if (!isRecord(credential)) return { ...QUIET, error: 'No passkey was made.' }
  const done = await callFactors('POST', '/factors/passkeys', { credential, ...(name && { name }) })
  if ('code' in done) return { ...QUIET, error: sentenceOf(done.code) }
  revalidatePath('/sessions/factors')
  return { ...QUIET, result: 'The passkey is set up.', codes: codesIn(done.body) }
}
