import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { it, vi } from 'vitest'
import { startChild } from './testing/child.ts'
import { temporaryDirectory } from './testing/harness.ts'
import { expectHealed, rotate, signIn } from './testing/lost-writes.ts'

vi.setConfig({ testTimeout: 60_000 })

it('goes on with every session after an SQLite file was copied back', async () => {
  const cwd = temporaryDirectory()
  const [data, backup] = [join(cwd, '.data'), join(cwd, 'backup.db')]
  const server = await startChild({ cwd })
  const early = await rotate(server, await signIn(server))
  // As one backs up a database that is in use.
  const database = new DatabaseSync(join(data, 'auth.db'))
  database.exec(`vacuum into '${backup}'`)
  database.close()
  const late = await rotate(server, early)
  server.process.kill('SIGTERM')
  await server.exited

  for (const name of readdirSync(data)) rmSync(join(data, name))
  cpSync(backup, join(data, 'auth.db'))
  await expectHealed(await startChild({ cwd }), late, (i) => 1 + (i % 5))
})

it('goes on with every session after an SQLite file and its log were copied back', async () => {
  const cwd = temporaryDirectory()
  const [data, backup] = [join(cwd, '.data'), join(cwd, 'backup')]
  const server = await startChild({ cwd })
  const early = await rotate(server, await signIn(server))
  // No write is under way, and a killed server leaves the log where it is.
  cpSync(data, backup, { recursive: true })
  const late = await rotate(server, early)
  server.process.kill('SIGKILL')
  await server.exited

  rmSync(data, { recursive: true })
  cpSync(backup, data, { recursive: true })
  rmSync(join(data, 'auth.db-shm'))
  await expectHealed(await startChild({ cwd }), late, (i) => 1 + (i % 5))
})
