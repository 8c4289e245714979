import type { Audit } from '../../observe/audit.ts'
import type { Store, User } from '../../store/store.ts'
import type { Accounts } from '../../users/accounts.ts'

/** The parts that a command works with. */
export interface Bench {
  readonly store: Store
  readonly accounts: Accounts
  readonly audit: Audit
  /** The account of the machine that has called it, for events. */
  readonly operator: string
  /** The user with this e-mail address. @throws Problem */
  userOf(address: string): Promise<User>
  /** Writes a line to standard output. */
  print(line: string): void
}

/** One command of `users`. */
export interface Command {
  /** Its arguments, for the help: `EMAIL`. */
  readonly usage: string
  /** One line, or several. */
  readonly help: readonly string[]
  /** Options that it takes, and whether they take a value. */
  readonly options?: Readonly<Record<string, 'text' | 'flag'>>
  /** How many words it takes. */
  readonly words: number
  /** Looks at what was typed before a store is opened. @throws Problem */
  prepare(
    words: readonly string[],
    options: Readonly<Record<string, string | boolean | undefined>>,
  ): (bench: Bench) => Promise<void>
}
