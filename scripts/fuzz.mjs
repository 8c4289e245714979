import { runCommand } from './lib/run-command.mjs'

runCommand(() => import('./commands/fuzz.mjs'))
