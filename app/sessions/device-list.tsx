'use client'

import { useEffect, useRef } from 'react'
import { useResilientForm } from '../_lib/use-resilient-form'
import { describeUserAgent } from '../_lib/user-agent'
import { Button } from '../_ui/button'
import { FormAnswer, UNREACHABLE } from '../_ui/form-answer'
import { LocalTime } from '../_ui/local-time'
import { Fact, Facts } from '../_ui/section'
import { endSession } from './actions'
import { ConfirmPassword } from './confirm-password'
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
        >
          This ends the session on {device ? describeUserAgent(device.userAgent) : 'the other device'}.
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
        <FormAnswer tone="result">{unreachable ? null : state.result}</FormAnswer>
        <FormAnswer tone="error">{unreachable ? UNREACHABLE : state.error}</FormAnswer>
      </div>
    </form>
  )
}

function DeviceRow({ device, pending }: { device: Device; pending: boolean }) {
  const name = describeUserAgent(device.userAgent)
  const nameId = `device-${device.sid}`
  return (
    <li className="grid gap-x-8 gap-y-4 py-8 first:pt-0 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <h3 id={nameId} className="mb-3 flex flex-wrap items-baseline gap-x-3 font-semibold">
          {name}
          {device.current && <span className="font-medium text-accent">This device</span>}
        </h3>
        <Facts>
          <Fact term="Last seen">
            <LocalTime at={device.lastSeenAt} />
          </Fact>
          <Fact term="Signed in">
            <LocalTime at={device.createdAt} />
          </Fact>
          <Fact term="Address">
            <span className="break-all">{device.address ?? 'not known'}</span>
          </Fact>
          <Fact term="User agent">
            <span className="text-sm text-muted">{device.userAgent || 'none sent'}</span>
          </Fact>
        </Facts>
      </div>
      <div>
        <Button look="quiet" name="sid" value={device.sid} pending={pending} aria-describedby={nameId}>
          {device.current ? 'Sign out here' : 'End session'}
        </Button>
      </div>
    </li>
  )
}
