import { runCommand } from './lib/run-command.mjs'

runCommand(() => import('./commands/keys.mjs'))
