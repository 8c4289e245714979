'use client'

import { useEffect, useRef } from 'react'
import { useResilientForm } from '../_lib/use-resilient-form'
import { describeUserAgent } from '../_lib/user-agent'
import { Button } from '../_ui/button'
import { ConfirmPassword } from '../_ui/confirm-password'
import { FormAnswers, UNREACHABLE } from '../_ui/form-answer'
import { LocalTime } from '../_ui/local-time'
import { Fact, Facts } from '../_ui/section'
import { endSession } from './actions'
import type { Device } from './sessions'
import { QUIET } from './state'

/** One form for all rows: each button carries the session it ends. */
export function DeviceList({ devices }: { devices: Device[] }) {
  const { state, pending, unreachable, form } = useResilientForm(endSession, QUIET)
  const answer = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (state.result !== null) answer.current?.focus() // the button that had the focus is gone with its row
  }, [state])

  const chosen = state.confirm
  if (chosen !== null) {
    const device = devices.find(({ sid }) => sid === chosen)
    return (
      // A form with one button: Enter in the field must not press that of another row.
      <form {...form}>
        <input type="hidden" name="sid" value={chosen} />
        <ConfirmPassword
          name="password"
          error={unreachable ? UNREACHABLE : state.error}
          pending={pending}
          action="End session"
          back="/sessions"
        >
          This ends the session on {device ? describeUserAgent(device.userAgent) : 'the other device'}.
          {device && (
            <>
              {' '}
              It was signed in <LocalTime at={device.createdAt} />.
            </>
          )}
        </ConfirmPassword>
      </form>
    )
  }
  return (
    <form {...form}>
      <ul className="divide-y divide-line">
        {devices.map((device) => (
          <DeviceRow key={device.sid} device={device} pending={pending} />
        ))}
      </ul>
      <div ref={answer} tabIndex={-1} className="mt-2 grid *:[grid-area:1/1]">
        <FormAnswers result={state.result} error={state.error} unreachable={unreachable} />
      </div>
    </form>
  )
}

/** The line under the name tells devices of one kind apart; the rest is there for those who ask. */
function DeviceRow({ device, pending }: { device: Device; pending: boolean }) {
  const name = describeUserAgent(device.userAgent)
  const id = `device-${device.sid}`
  return (
    <li className="grid gap-x-8 gap-y-3 py-5 first:pt-0 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-start">
      <div className="min-w-0">
        <h3 id={id} className="flex flex-wrap items-baseline gap-x-3 font-semibold">
          {name}
          {device.current && <span className="font-medium text-accent">This device</span>}
          {device.bound && <span className="text-sm font-medium text-muted">Bound to its device</span>}
        </h3>
        <p id={`${id}-since`} className="text-sm text-muted">
          Signed in <LocalTime at={device.createdAt} />
          {device.address !== null && (
            <>
              {' '}
              from <span className="inline-block break-all">{device.address}</span>
            </>
          )}
        </p>
        <details className="mt-1 text-sm">
          <summary className="link inline-flex min-h-11 cursor-pointer items-center">Details</summary>
          <Facts>
            <Fact term="Last seen">
              <LocalTime at={device.lastSeenAt} />
            </Fact>
            <Fact term="Session">
              <code className="font-mono break-all">{device.sid}</code>
            </Fact>
            <Fact term="User agent">{device.userAgent || 'none sent'}</Fact>
          </Facts>
        </details>
      </div>
      <div>
        <Button
          look="quiet"
          name="sid"
          value={device.sid}
          pending={pending}
          aria-describedby={`${id} ${id}-since`}
        >
          {device.current ? 'Sign out here' : 'End session'}
        </Button>
      </div>
    </li>
  )
}
