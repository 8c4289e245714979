import { writeFileSync } from 'node:fs'
import { findOnPath } from './shared-cache.ts'

/** Vitest's global set-up: tells `npm test`, which ends with what it could not test. */
export default function reportMissing(): void {
  const file = process.env.EVERGATE_UNTESTED
  const missing = (['nginx', 'openssl'] as const).filter((program) => !findOnPath(program))
  const lines = [
    ...(findOnPath('jq') ? [] : ['the commands of docs/troubleshooting.md on logs (no jq on the path)']),
    ...(missing.includes('nginx') ? ['shared caches (no nginx on the path)'] : []),
    ...(missing.length > 0
      ? [`the app behind nginx with TLS (no ${missing.join(', no ')} on the path)`]
      : []),
  ]
  if (file && lines.length > 0) writeFileSync(file, JSON.stringify(lines))
}
