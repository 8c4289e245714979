import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import { onTestFinished } from 'vitest'
import type { AppUser, AppUsers, AuthEvent, AuthRouterOptions, Logger, Store } from '../index.ts'
import { createAuthRouter } from '../index.ts'
import { hashPassword } from '../passwords/passwords.ts'
import { client } from './client.ts'
import { accessSecret, refreshSecret, temporaryStore } from './harness.ts'

export const keys = {
  accessTokens: { secret: accessSecret },
  refreshSecrets: [refreshSecret],
  feedSecret: 'a-secret-of-the-feed-of-the-tests-0123456789',
}

/** A table of somebody else's, in memory: rows can be changed from outside at any moment. */
export async function tableOfUsers(password = 'correct horse') {
  const ada: AppUser = {
    id: '7',
    email: 'Ada@example.com',
    name: 'Ada',
    roles: ['member'],
    passwordHash: await hashPassword(password),
  }
  const rows = new Map([[ada.id, ada]])
  const change = (id: string, to: Partial<AppUser>) => {
    const row = rows.get(id)
    if (row) rows.set(id, { ...row, ...to })
  }
  const users = {
    findByEmail: (email) => [...rows.values()].find((row) => row.email.toLowerCase() === email),
    findById: async (id) => rows.get(id) ?? null,
    create(newcomer) {
      if (users.findByEmail(newcomer.email)) return undefined
      const user = { ...newcomer, id: String(rows.size + 7), roles: ['guest'] }
      rows.set(user.id, user)
      return user
    },
    replacePasswordHash(id, from, to) {
      if (rows.get(id)?.passwordHash !== from) return false
      change(id, { passwordHash: to })
      return true
    },
  } satisfies AppUsers
  return { users: users as AppUsers, rows, change, credentials: { email: 'ada@example.com', password } }
}

/** Serves an app on a real socket until the test ends. */
export async function serve(app: Express) {
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

/** A router on a store of its own, with what it tells and logs kept in memory. */
export async function aRouter(options: Partial<AuthRouterOptions> = {}) {
  const store: Store = options.store ?? (await temporaryStore(Date.now))
  const events: AuthEvent[] = []
  const lines: string[] = []
  const write = (details: object, message: string) => {
    const { err } = details as { err?: unknown }
    lines.push(`${message} ${JSON.stringify(details)} ${String(err)} ${String((err as Error)?.cause)}`)
  }
  const logger: Logger = { debug: () => {}, info: write, warn: write, error: write }
  const onEvent = (event: AuthEvent) => void events.push(event)
  const auth = createAuthRouter({ keys, logger, onEvent, ...options, store })
  return { auth, store, events, log: () => lines.join('\n') }
}
