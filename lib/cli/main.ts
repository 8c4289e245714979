#!/usr/bin/env node
import { processIo } from './io.ts'
import { run } from './program.ts'

// `evergate … | head` has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

// The app's own files are loaded here as they are. Node says for each that its package names no module type, which harms nothing.
process.removeAllListeners('warning')
process.on('warning', (warning: Error & { code?: string }) => {
  if (warning.code !== 'MODULE_TYPELESS_PACKAGE_JSON') console.error(`${warning.name}: ${warning.message}`)
})

process.exitCode = await run(process.argv.slice(2), processIo())
