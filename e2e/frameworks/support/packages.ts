import { installFrameworks } from './app.ts'

/** Vitest's global set-up. */
export default installFrameworks
