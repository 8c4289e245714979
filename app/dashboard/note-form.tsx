'use client'

import { useEffect, useRef } from 'react'
import { useDraft } from '../_lib/use-draft'
import { useResilientForm } from '../_lib/use-resilient-form'
import { Button } from '../_ui/button'
import { CONTROL_CLASS } from '../_ui/field'
import { FormAnswer, UNREACHABLE } from '../_ui/form-answer'
import { LocalTime } from '../_ui/local-time'
import { leaveNote } from './actions'
import { EMPTY_NOTE } from './note-state'

/** A form that posts a server action; at the end of the token, too. */
export function NoteForm({ draftKey }: { draftKey: string }) {
  const { state, pending, unreachable, form } = useResilientForm(leaveNote, EMPTY_NOTE)
  const field = useRef<HTMLTextAreaElement>(null)
  const { clear } = useDraft(field, draftKey)
  const { error, receipt } = state
  useEffect(() => {
    if (receipt !== null) clear()
  }, [receipt, clear])

  return (
    <form {...form}>
      <label htmlFor="note" className="mb-1 block font-medium">
        Note
      </label>
      <textarea
        ref={field}
        id="note"
        name="note"
        rows={4}
        required
        maxLength={2000}
        defaultValue={state.note}
        aria-describedby="note-hint"
        className={CONTROL_CLASS}
      />
      <p id="note-hint" className="mt-1 text-sm text-muted">
        A server action reads it and answers. Nothing is stored; your words stay in the field.
      </p>
      <div className="mt-4 flex flex-col gap-x-6 gap-y-2 sm:flex-row sm:items-center">
        <div>
          <Button pending={pending} pendingLabel="Sending…">
            Leave the note
          </Button>
        </div>
        <div className="grid min-h-20 sm:min-h-14 *:[grid-area:1/1]">
          <FormAnswer tone="result">
            {receipt && !unreachable && (
              <>
                Note {receipt.number} received, {receipt.characters} characters. The action saw a token that
                ends at <LocalTime at={receipt.expiresAt} />.
              </>
            )}
          </FormAnswer>
          <FormAnswer tone="error">{unreachable ? UNREACHABLE : error}</FormAnswer>
        </div>
      </div>
    </form>
  )
}
