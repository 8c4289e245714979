'use server'

import { requireSession, signOut } from 'evergate/next'
import { revalidatePath } from 'next/cache'
import { textOf } from '../_lib/guards'
import { leadTo } from '../_lib/lead-to'
import { revocation } from '../_lib/revocation'
import { type Ended, endSessions } from './end-sessions'
import { EVERYWHERE, QUIET, type SessionsState } from './state'

const UNAVAILABLE = 'The auth server does not answer right now. Nothing was ended: try again in a moment.'

/** Ends one session; ending the one of this device is signing out. */
export async function endSession(_previous: SessionsState, form: FormData): Promise<SessionsState> {
  const session = await requireSession()
  const sid = textOf(form, 'sid')
  if (sid === '') return failed('Choose the session to end.')
  if (sid === session.sid) {
    await signOut()
    return leadTo('/login?signedOut=1')
  }

  const path = `/sessions/${encodeURIComponent(sid)}`
  const ended = await endSessions(session, path, 'DELETE', textOf(form, 'password'))
  if (ended === 'done' || ended === 'gone' || ended === 'signed-out') revalidatePath('/sessions')
  if (ended === 'gone') return { ...QUIET, result: 'That session had ended already.' }
  if (ended !== 'done') return afterRefusal(ended, sid)
  return {
    ...QUIET,
    result: revocation()
      ? 'The session is ended. That device is signed out.'
      : 'The session is ended. That device signs in again when its access token runs out.',
  }
}

/** Ends every session of the person, this one too. */
export async function signOutEverywhere(_previous: SessionsState, form: FormData): Promise<SessionsState> {
  const session = await requireSession()
  const ended = await endSessions(session, '/logout-all', 'POST', textOf(form, 'password-everywhere'))
  if (ended === 'signed-out') revalidatePath('/sessions')
  if (ended !== 'done') return afterRefusal(ended, EVERYWHERE)
  await signOut()
  return leadTo('/login?signedOut=everywhere')
}

function afterRefusal(ended: Exclude<Ended, 'done'>, confirm: string): SessionsState {
  switch (ended) {
    case 'password-needed':
      return { ...QUIET, confirm }
    case 'password-wrong':
      return { ...failed('This is not your password. Try again.'), confirm }
    case 'too-many':
      return { ...failed('Too many wrong passwords. Wait some minutes, then try again.'), confirm }
    case 'signed-out':
      return QUIET // this session has ended; the page says so
    default:
      return failed(UNAVAILABLE)
  }
}

function failed(error: string): SessionsState {
  return { ...QUIET, error }
}
