'use client'

import { useEffect, useRef } from 'react'
import { useResilientForm } from '../_lib/use-resilient-form'
import { describeUserAgent } from '../_lib/user-agent'
import { Button } from '../_ui/button'
import { FormAnswer, UNREACHABLE } from '../_ui/form-answer'
import { LocalTime } from '../_ui/local-time'
import { actOnPerson } from './actions'
import { ConfirmDeed, isConfirming, labelOf } from './confirm-deed'
import type { Person, PersonSession } from './people'
import { NOTHING_DONE } from './state'

type Props = { person: Person; sessions: PersonSession[]; isSelf: boolean }

/** A person's sessions and account: one form, whose buttons carry what they do. */
export function PersonActions({ person, sessions, isSelf }: Props) {
  const { state, pending, unreachable, form } = useResilientForm(actOnPerson, NOTHING_DONE)
  const answer = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (state.result !== null) answer.current?.focus() // the button that had the focus is gone with its row
  }, [state])
  const error = unreachable ? UNREACHABLE : state.error

  if (isConfirming(state)) return <ConfirmDeed {...{ person, state, form, pending, unreachable }} />
  return (
    <form {...form}>
      <input type="hidden" name="id" value={person.id} />
      {sessions.length === 0 && <p className="text-muted">Signed in nowhere.</p>}
      <ul className="divide-y divide-line">
        {sessions.map((session) => (
          <SessionRow key={session.sid} session={session} pending={pending} />
        ))}
      </ul>
      <div className="mt-4 flex flex-wrap gap-4">
        {sessions.length > 1 && (
          <Button look="quiet" name="deed" value="end-all" pending={pending}>
            {labelOf('end-all')}
          </Button>
        )}
        {!isSelf && (
          <Button
            look="quiet"
            name="deed"
            value={person.disabledAt === null ? 'disable' : 'enable'}
            pending={pending}
          >
            {labelOf(person.disabledAt === null ? 'disable' : 'enable')}
          </Button>
        )}
      </div>
      <div ref={answer} tabIndex={-1} className="mt-2 grid *:[grid-area:1/1]">
        <FormAnswer tone="result" keepsRoom={false}>
          {unreachable ? null : state.result}
        </FormAnswer>
        <FormAnswer tone="error" keepsRoom={false}>
          {error}
        </FormAnswer>
      </div>
    </form>
  )
}

function SessionRow({ session, pending }: { session: PersonSession; pending: boolean }) {
  const { sid, userAgent, address, createdAt, current } = session
  const id = `session-${sid}`
  return (
    <li className="grid gap-x-8 gap-y-3 py-4 first:pt-0 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-center">
      <div className="min-w-0">
        <h3 id={id} className="flex flex-wrap items-baseline gap-x-3 font-semibold">
          {describeUserAgent(userAgent)}
          {current && <span className="font-medium text-accent">This device</span>}
        </h3>
        <p className="text-sm text-muted">
          Signed in <LocalTime at={createdAt} />
          {address !== null && (
            <>
              {' '}
              from <span className="inline-block break-all">{address}</span>
            </>
          )}
        </p>
      </div>
      {!current && (
        <div>
          <Button look="quiet" name="deed" value={`end ${sid}`} pending={pending} aria-describedby={id}>
            End session
          </Button>
        </div>
      )}
    </li>
  )
}
