'use server'

import { requireSession, signOut } from 'evergate/next'
import { textOf } from '../../_lib/guards'
import { leadTo } from '../../_lib/lead-to'
import { personOf } from '../../_lib/person'
import { endSessions } from '../end-sessions'
import { problemIn } from './problems'
import { type DeletionState, NOT_DELETED } from './state'

/** Deletes the person's account, once they have typed their address. */
export async function deleteAccount(previous: DeletionState, form: FormData): Promise<DeletionState> {
  const session = await requireSession()
  const email = textOf(form, 'own-email').trim()
  const typed = { ...NOT_DELETED, email, needsPassword: previous.needsPassword }
  if (email.toLowerCase() !== personOf(session.user).email.toLowerCase())
    return { ...typed, emailError: 'This is not your e-mail address.' }

  const ended = await endSessions(session, '/me', 'DELETE', textOf(form, 'password-for-deletion'))
  if (ended !== 'done') {
    const needsPassword = ended === 'password-needed' || typed.needsPassword
    return { ...typed, needsPassword, error: problemIn(ended) }
  }
  await signOut()
  return leadTo('/login?reason=deleted')
}
