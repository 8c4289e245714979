'use server'

import { requireSession } from 'evergate/next'
import { revalidatePath } from 'next/cache'
import { textOf } from '../_lib/guards'
import type { NoteState } from './note-state'

const LONGEST = 2000

export async function leaveNote(previous: NoteState, form: FormData): Promise<NoteState> {
  const { expiresAt } = await requireSession()
  // A form sends CRLF for each line end that was typed.
  const note = textOf(form, 'note').replaceAll('\r\n', '\n')
  const characters = [...note].length
  if (note.trim() === '') return { note, error: 'Write something first.', receipt: null }
  if (characters > LONGEST) {
    return { note, error: `${characters - LONGEST} characters too long.`, receipt: null }
  }

  revalidatePath('/dashboard') // the answer then brings the page as well, with the token that this action saw
  return {
    note,
    error: null,
    receipt: { number: (previous.receipt?.number ?? 0) + 1, characters, expiresAt },
  }
}
