import { randomBytes } from 'node:crypto'
import { newId } from '../../store/new-id.ts'
import { describeTally, readImport, runImport } from '../../users/import/command.ts'
import { ImportError } from '../../users/import/import-error.ts'
import { columnNames } from '../../users/import/person.ts'
import type { Command } from './command.ts'
import { Problem } from './problem.ts'

/** `users import`: people with the password hashes they have. */
export const importUsers: Command = {
  usage: 'FILE',
  help: [
    'adds the users of a CSV or JSON file, with the password hashes they have; - for',
    'standard input. Run it again when it was interrupted',
    '--columns hash=pw,id=uid   names of columns:',
    `                           ${columnNames.join(', ')}`,
    '--firebase FILE    the password hash parameters of a Firebase project',
    '--without-hash     also people without a password',
    '--report FILE      who was left out, and why; default FILE.left-out.jsonl',
    '--after N          skips N rows',
    '--dry-run          changes nothing',
  ],
  options: {
    columns: 'text',
    firebase: 'text',
    'without-hash': 'flag',
    report: 'text',
    after: 'text',
    'dry-run': 'flag',
  },
  words: 1,
  prepare([path = ''], options) {
    const asked = readImport(path, options)
    if (typeof asked === 'string') throw new Problem(2, asked)
    return async ({ store, audit, operator, print }) => {
      const tally = await runImport(asked, store, () => newId(randomBytes)).catch((error) => {
        throw error instanceof ImportError || isMissing(error) ? new Problem(1, error.message) : error
      })
      if (!asked.dryRun) audit({ event: 'users-imported', count: tally.added, operator }, {})
      print(describeTally(tally, asked.report))
    }
  },
}

function isMissing(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^E(NOENT|ACCES|ISDIR)$/.test(String(error.code))
}
