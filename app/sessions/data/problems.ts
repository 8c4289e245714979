import type { Ended } from '../end-sessions'

type Problem = Exclude<Ended, 'done'>

const SENTENCES: Partial<Record<Problem, string>> = {
  'password-needed': 'You signed in a while ago, so confirm that it is you.',
  'password-wrong': 'This is not your password. Try again.',
  'too-many': 'Too many wrong passwords. Wait some minutes, then try again.',
  'signed-out': 'This session was ended from another device. Sign in again.',
}
const UNAVAILABLE = 'The auth server does not answer right now. Nothing was done: try again in a moment.'

/** A refusal in words; anything else that an address may say has those of an outage. */
export function problemIn(code: string | undefined): string | null {
  if (code === undefined) return null
  return (Object.hasOwn(SENTENCES, code) && SENTENCES[code as Problem]) || UNAVAILABLE
}
