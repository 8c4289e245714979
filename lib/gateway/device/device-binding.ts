import type { CookieReaderSettings } from '../cookies/settings.ts'
import type { Decision, Situation } from '../decision/policy.ts'
import type { OnEvent } from '../events/events.ts'
import type { Clock, WaitUntil } from '../platform.ts'
import type { Attempt } from '../renewal/renewal.ts'
import type { RequestFacts } from '../request/facts.ts'
import type { SchemeSettings } from '../request/settings.ts'
import type { Outcome, OutcomeSettings } from '../response/outcome.ts'
import type { SecretSettings } from '../token/settings.ts'

/** A `DeviceBinding`, as the gateway knows it. */
export type OpenBinding = {
  open(gateway: BindableGateway): HandleRequest
}

/** Decides what becomes of a request. */
export type HandleRequest = (facts: RequestFacts, waitUntil?: WaitUntil) => Promise<Outcome>

/** A decision before any renewal, in the place of the gateway's own. */
export type Decide = (situation: Situation) => Decision

/** The settings that device binding needs. */
type BindingSettings = OutcomeSettings &
  CookieReaderSettings &
  SecretSettings &
  Pick<SchemeSettings, 'trustProxy'> & {
    readonly clock: Clock
    /** Seconds before `exp` from which a token counts as expiring. */
    readonly renewBefore: number
    readonly onEvent: OnEvent
  }

/** The parts of a gateway that device binding needs. */
export type BindableGateway = {
  readonly settings: BindingSettings
  /** The gateway without device binding; `decide` is asked in the place of its own table. */
  judge(facts: RequestFacts, waitUntil?: WaitUntil, decide?: Decide): Promise<Outcome>
  /** Renews by the backend's refresh token; `client` shares the answer, in the place of the browser's look. `signedOutSid`: the session that this browser has signed out of. */
  renew(
    facts: RequestFacts,
    session: { readonly refreshToken: string; readonly sid: string | null; readonly client: string },
    signedOutSid: string | null,
    patience: undefined,
    waitUntil: WaitUntil | undefined,
  ): Promise<Attempt>
}
