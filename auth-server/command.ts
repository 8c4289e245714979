#!/usr/bin/env node
/** `npx evergate-auth-server`: in a Node that is too old it says so, before anything is loaded that such a one lacks. */
const LEAST = 24
const { node } = process.versions
if (Number.parseInt(node, 10) < LEAST) {
  console.error(
    `evergate-auth-server needs Node ${LEAST} or newer, and this is Node ${node}. https://nodejs.org has it.`,
  )
  process.exit(1)
}

// `… | head` has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})
await import('./main.ts')
