'use server'

import { backendFetch, requireSession, signOut } from 'evergate/next'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { textOf } from '../_lib/guards'
import { QUIET, type SessionsState } from './state'

const UNAVAILABLE = 'The auth server does not answer right now. Nothing was ended: try again in a moment.'

/** Ends one session; ending the one of this device is signing out. */
export async function endSession(_previous: SessionsState, form: FormData): Promise<SessionsState> {
  const session = await requireSession()
  const sid = textOf(form, 'sid')
  if (sid === '') return { result: null, error: 'Choose the session to end.' }
  if (sid === session.sid) {
    await signOut()
    redirect('/login?signedOut=1')
  }

  const status = await statusOf(`/sessions/${encodeURIComponent(sid)}`, 'DELETE')
  if (status === null) return { result: null, error: UNAVAILABLE }
  revalidatePath('/sessions')
  if (status === 401) return QUIET // this session has ended; the page says so
  if (status === 404) return { result: 'That session had ended already.', error: null }
  return {
    result: 'The session is ended. That device signs in again when its access token runs out.',
    error: null,
  }
}

/** Ends every session of the person, this one too. */
export async function signOutEverywhere(_previous: SessionsState): Promise<SessionsState> {
  await requireSession()
  const status = await statusOf('/logout-all', 'POST')
  if (status === null) return { result: null, error: UNAVAILABLE }
  if (status === 401) {
    revalidatePath('/sessions')
    return QUIET // this session has ended; the page says so
  }
  await signOut()
  redirect('/login?signedOut=everywhere')
}

/** The status of an answer that settles the matter, null when there was none. */
async function statusOf(path: string, method: string): Promise<number | null> {
  try {
    const { ok, status } = await backendFetch(path, { method })
    return ok || status === 401 || status === 404 ? status : null
  } catch {
    return null
  }
}
