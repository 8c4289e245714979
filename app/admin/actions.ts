'use server'

import { requireSession } from 'evergate/next'
import { revalidatePath } from 'next/cache'
import { textOf } from '../_lib/guards'
import { leadTo } from '../_lib/lead-to'
import { type Ended, endSessions } from '../sessions/end-sessions'
import { adminNeeds } from './needs'
import { type AdminState, type Deed, fieldOf, isEnd, kindOf, NOTHING_DONE } from './state'

/** Does to a person what the pressed button says. */
export async function actOnPerson(previous: AdminState, form: FormData): Promise<AdminState> {
  const session = await requireSession(adminNeeds())
  const deed = deedOf(textOf(form, 'deed'))
  const id = textOf(form, 'id')
  if (deed === null || id === '') return failed('Choose what to do.')
  const field = fieldOf(deed)
  const kept = { typed: field ? textOf(form, field) : null, needsCode: previous.needsCode }
  if (deed === 'delete' && !isSame(textOf(form, 'email'), kept.typed ?? ''))
    return { ...kept, ...QUIET, typedError: 'This is not their e-mail address.' }
  const { method, path, fields } = callFor(deed, form)
  const to = `/admin/users/${encodeURIComponent(id)}${path}`
  const password = textOf(form, `password-${kindOf(deed)}`)
  const ended = await endSessions(session, to, method, password, fields)
  const isOver = ended === 'done' || ended === 'gone'
  if (isOver) revalidatePath('/admin')
  // The page of the person is gone with them.
  if (isOver && deed === 'delete') return await leadTo('/admin?done=delete')
  if (ended === 'done') return { ...NOTHING_DONE, result: RESULTS[kindOf(deed)] }
  return { ...kept, ...afterRefusal(ended, deed) }
}

const RESULTS = {
  end: 'The session is ended.',
  'end-all': 'Every session is ended.',
  disable: 'The account is disabled, and every session of it is ended.',
  enable: 'The account may sign in again.',
  roles: 'The roles are changed.',
  'remove-factors':
    'The second factors are removed, and every session is ended. The password alone is enough now.',
  delete: 'The account is deleted.',
}

const DEEDS: readonly string[] = Object.keys(RESULTS).filter((name) => name !== 'end')

const isDeed = (text: string): text is Deed => isEnd(text) || DEEDS.includes(text)

const deedOf = (text: string): Deed | null => (isDeed(text) ? text : null)

type Call = { method: string; path: string; fields?: Record<string, unknown> }

function callFor(deed: Deed, form: FormData): Call {
  if (isEnd(deed)) return { method: 'DELETE', path: `/sessions/${encodeURIComponent(deed.slice(4))}` }
  switch (deed) {
    case 'end-all':
      return { method: 'DELETE', path: '/sessions' }
    case 'delete':
      return { method: 'DELETE', path: '' }
    case 'roles':
      return { method: 'PUT', path: '/roles', fields: { roles: wordsIn(textOf(form, 'roles')) } }
    case 'remove-factors': {
      const code = textOf(form, 'code').trim()
      return { method: 'DELETE', path: '/factors', fields: code === '' ? {} : { code } }
    }
    default:
      return { method: 'POST', path: `/${deed}` }
  }
}

const isSame = (one: string, other: string) => one.trim().toLowerCase() === other.trim().toLowerCase()

const wordsIn = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '')

type Refusal = Partial<AdminState> & Pick<AdminState, 'result' | 'error' | 'typedError' | 'confirm'>

function afterRefusal(ended: Exclude<Ended, 'done'>, confirm: Deed): Refusal {
  switch (ended) {
    case 'password-needed':
      return { ...QUIET, confirm, needsCode: false }
    case 'code-needed':
      return { ...QUIET, confirm, needsCode: true }
    case 'password-wrong':
      return { ...QUIET, error: 'This is not your password. Try again.', confirm }
    case 'code-wrong':
      return { ...QUIET, error: 'This code is wrong, or was used before. Wait for the next one.', confirm }
    case 'too-many':
      return { ...QUIET, error: 'Too many wrong passwords. Wait some minutes, then try again.', confirm }
    case 'invalid':
      return { ...QUIET, typedError: 'A role has letters, digits and _ . : - and 64 of them at most.' }
    case 'gone':
      return { ...QUIET, result: 'That had ended already.' }
    case 'signed-out':
      return { ...QUIET, error: 'This session was ended from another device. Sign in again.' }
    default:
      return { ...QUIET, error: UNAVAILABLE }
  }
}

const QUIET = { result: null, error: null, typedError: undefined, confirm: null }
const UNAVAILABLE = 'The auth server does not answer right now, or does not let you. Try again in a moment.'

function failed(error: string): AdminState {
  return { ...NOTHING_DONE, error }
}
