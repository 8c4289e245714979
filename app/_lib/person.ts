import { stringOr } from './guards'

/** What the pages show of a user; the backend's object is open-ended, so each field is looked at. */
export function personOf(user: { id: string } & Record<string, unknown>): { name: string; email: string } {
  const email = stringOr(user.email, '')
  return { name: stringOr(user.name, email || user.id), email }
}
