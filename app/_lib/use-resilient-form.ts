'use client'

import { unstable_rethrow } from 'next/navigation'
import { type FormEvent, useActionState, useState, useTransition } from 'react'

type ServerAction<State> = (previous: State, form: FormData) => Promise<State>

/**
 * `useActionState` for a form that loses nothing.
 *
 * Without JavaScript the browser posts the form and the server renders its state. With it, the action is called from
 * `onSubmit`: React does not reset the fields, and a request that never came back becomes `unreachable` beside the
 * form instead of an error page in its place.
 */
export function useResilientForm<State>(action: ServerAction<Awaited<State>>, initial: Awaited<State>) {
  const [posted, formAction, posting] = useActionState(action, initial)
  const [answered, setAnswered] = useState<Awaited<State> | null>(null)
  const [unreachable, setUnreachable] = useState(false)
  const [calling, startTransition] = useTransition()
  const state = answered ?? posted
  const pending = posting || calling

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (pending) return
    const submitter = (event.nativeEvent as SubmitEvent).submitter
    const form = new FormData(event.currentTarget, submitter)
    startTransition(async () => {
      try {
        const next = await action(state, form)
        startTransition(() => {
          setAnswered(() => next)
          setUnreachable(false)
        })
      } catch (error) {
        unstable_rethrow(error) // a redirect travels as an error
        startTransition(() => setUnreachable(true))
      }
    })
  }

  return { state, pending, unreachable, form: { action: formAction, onSubmit } }
}
