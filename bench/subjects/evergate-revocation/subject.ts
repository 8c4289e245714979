import { subject as evergate } from '../evergate/subject.ts'
import type { Subject } from '../subject.ts'

export const subject: Subject = {
  ...evergate,
  label: 'evergate (revocation)',
  note: 'the same, with a list of 10,000 sessions that have ended',
}
