import type { GatewayEvent, OnEvent } from '../gateway/events/events.ts'

type Reason = Extract<GatewayEvent, { readonly type: 'device.misfit' }>['reason']

/** Seconds. Chromium takes six refreshes in nine minutes, and each tab that is open may need one. */
export const LEAST_LIFE = 240
const COMFORTABLE_LIFE = 300

export const tooShort = (seconds: number, least: number): string =>
  `ACCESS_TOKEN_TTL is ${seconds}, not ${least}`

/** Tells, once each, why sessions are not bound. */
export type Misfits = {
  tell(reason: Reason, message: string): void
  /** Whether sessions with access tokens of such a life can be bound. */
  takes(life: number): boolean
}

export function createMisfits({ onEvent }: { readonly onEvent: OnEvent }, least: number): Misfits {
  const told = new Set<Reason>()
  function tell(reason: Reason, message: string): void {
    if (!told.has(reason)) onEvent({ type: 'device.misfit', reason, message })
    told.add(reason)
  }
  return {
    tell,
    takes(life) {
      if (life < least) tell('access_token_life', tooShort(life, least))
      else if (life < COMFORTABLE_LIFE && least === LEAST_LIFE)
        tell('access_token_quota', tooShort(life, COMFORTABLE_LIFE))
      return life >= least
    },
  }
}
