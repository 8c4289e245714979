import { writeFileSync } from 'node:fs'
import { onPath } from '../../lib/paths.mjs'

/** Vitest's global set-up: tells `npm test`, which ends with what it could not test. */
export default function reportMissing(): void {
  const file = process.env.EVERGATE_UNTESTED
  if (file && !onPath('python3'))
    writeFileSync(file, JSON.stringify(['docs/examples/python-backend (no python3 on the path)']))
}
