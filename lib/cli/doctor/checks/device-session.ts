import type { Check } from '../check.ts'
import { when } from '../check.ts'
import type { Probe } from '../probe.ts'
import type { Project } from '../project.ts'
import type { SignIn } from '../sign-in.ts'
import type { BindingTry } from '../try-binding.ts'
import { headerOf } from '../try-binding.ts'
import { binds } from './device.ts'
import { pathOf } from './device-answers.ts'

/** A session that was renewed, in an app that binds sessions or not. */
export type Rotation = { readonly project: Project; readonly signIn: SignIn }

/** The answer that a browser with device keys does not get; null: it gets all of them. */
function lackOf({ page, registration, challenge }: BindingTry): string | null {
  if (!registration) return `${pathOf(page)} asks for no key: it lacks Secure-Session-Registration`
  if (!challenge) return `POST ${pathOf(registration)}: ${statusOf(registration)}, where a key is registered`
  const isChallenged = statusOf(challenge) === '403' && headerOf(challenge, 'secure-session-challenge') !== ''
  return isChallenged
    ? null
    : `POST ${pathOf(challenge)}: ${statusOf(challenge)}, not the gateway's 403 with its Secure-Session-Challenge`
}

const statusOf = (answer: Probe) => (answer.result === 'failed' ? answer.reason : `${answer.status}`)

/** The same of a session: what the app says to its browser, and the backend's tokens. */
export const deviceSessionChecks: readonly Check<Rotation>[] = [
  {
    id: 'device-not-bound',
    title: 'a browser with device keys binds its session, and can renew it',
    level: 'error',
    run: ({ signIn: { binding } }) => {
      const lack = binding && lackOf(binding)
      return when(
        lack,
        `${lack}.`,
        'Let CDN, firewall and proxy hand on the headers Secure-Session-* and answers of 403 as they are; the log of the app has device.misfit where no session can be bound.',
      )
    },
  },
  {
    id: 'device-not-rotated',
    title: 'the backend spends the refresh token that a session had before it was bound',
    level: 'warning',
    run: ({ project, signIn: { grant, renewal } }) => {
      const [before, after] = [grant?.refreshSecret, renewal?.grant?.refreshSecret]
      return when(
        binds(project) && before && renewal?.grant && (after ?? before) === before,
        'A renewal brings no new refresh token: a copy of the cookies from before the binding stays good, though the session is bound.',
        'Let the backend rotate refresh tokens, and refuse those that were used (RFC 9700 2.2.2).',
      )
    },
  },
]
