import { stringOr } from './guards'

/** The fields of a user that pages show. The backend's object is open-ended, so each field is checked. */
export function personOf(user: { id: string } & Record<string, unknown>): { name: string; email: string } {
  const email = stringOr(user.email, '')
  return { name: stringOr(user.name, email || user.id), email }
}
