'use server'

import { requireSession } from 'evergate/next'
import { revalidatePath } from 'next/cache'
import { textOf } from '../_lib/guards'
import { type Ended, endSessions } from '../sessions/end-sessions'
import { type AdminState, type Deed, NOTHING_DONE } from './state'

/** Does to a person what the pressed button says. */
export async function actOnPerson(_previous: AdminState, form: FormData): Promise<AdminState> {
  const session = await requireSession({ roles: ['admin'] })
  const deed = deedOf(textOf(form, 'deed'))
  const id = textOf(form, 'id')
  if (deed === null || id === '') return failed('Choose what to do.')
  const { method, path } = callFor(deed)
  const to = `/admin/users/${encodeURIComponent(id)}${path}`
  const ended = await endSessions(session, to, method, textOf(form, 'password'))
  if (ended === 'done' || ended === 'gone') revalidatePath('/admin')
  return ended === 'done' ? { ...NOTHING_DONE, result: RESULTS[kindOf(deed)] } : afterRefusal(ended, deed)
}

const RESULTS = {
  end: 'The session is ended.',
  'end-all': 'Every session is ended.',
  disable: 'The account is disabled, and every session of it is ended.',
  enable: 'The account may sign in again.',
}

const kindOf = (deed: Deed) => (isEnd(deed) ? 'end' : deed)
const isEnd = (deed: string): deed is `end ${string}` => deed.startsWith('end ')

function deedOf(text: string): Deed | null {
  return isEnd(text) || text === 'end-all' || text === 'disable' || text === 'enable' ? text : null
}

function callFor(deed: Deed): { method: string; path: string } {
  if (isEnd(deed)) return { method: 'DELETE', path: `/sessions/${encodeURIComponent(deed.slice(4))}` }
  return deed === 'end-all' ? { method: 'DELETE', path: '/sessions' } : { method: 'POST', path: `/${deed}` }
}

function afterRefusal(ended: Exclude<Ended, 'done'>, deed: Deed): AdminState {
  switch (ended) {
    case 'password-needed':
      return { ...NOTHING_DONE, confirm: deed }
    case 'password-wrong':
      return { ...failed('This is not your password. Try again.'), confirm: deed }
    case 'too-many':
      return { ...failed('Too many wrong passwords. Wait some minutes, then try again.'), confirm: deed }
    case 'gone':
      return { ...NOTHING_DONE, result: 'That had ended already.' }
    case 'signed-out':
      return failed('This session was ended from another device. Sign in again.')
    default:
      return failed('The auth server does not answer right now, or does not let you. Try again in a moment.')
  }
}

function failed(error: string): AdminState {
  return { ...NOTHING_DONE, error }
}
