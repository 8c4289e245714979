import { startServer } from '../auth-server/processes.ts'
import { runPart } from '../lib/part.ts'
import { besideFigures, conditions, measureBeside } from './beside.ts'

await runPart('beside', async ({ quick }) => {
  const backend = await startServer(new URL('../renewal/backend.ts', import.meta.url))
  const [keys = '', token = ''] = backend.credentials
  try {
    const measured = await measureBeside(`http://127.0.0.1:${backend.port}`, keys, token, quick ? 2 : 15)
    return { packages: ['jose', '@edge-runtime/cookies'], conditions, figures: besideFigures(measured) }
  } finally {
    await backend.stop()
  }
})
