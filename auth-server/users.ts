/** `npm run users`: see `cli/users/`. */
import { runUsers } from './cli/users/run.ts'

process.exitCode = await runUsers(process.argv.slice(2), 'npm run users --')
