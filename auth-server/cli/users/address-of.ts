import { email } from '../../routes/email.ts'
import { Problem } from './problem.ts'

/** An e-mail address that was typed, in its stored form. @throws Problem */
export function addressOf(typed = ''): string {
  const address = email.safeParse(typed)
  if (!address.success) throw new Problem(2, `"${typed}" is not an e-mail address.`)
  return address.data
}
