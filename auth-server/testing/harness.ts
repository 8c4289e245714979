import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readEnvironment } from '../config/environment.ts'
import type { SendMail } from '../mail/mail.ts'
import { createMailer } from '../mail/mailer.ts'
import { createLogger } from '../observe/logger.ts'
import { createPasswords, type Passwords } from '../passwords/passwords.ts'
import { createApp } from '../server/app.ts'
import { type ConnectionLimits, listen } from '../server/server.ts'
import { createServices, type Services } from '../services.ts'
import type { Settings } from '../settings.ts'
import { openSqlite } from '../store/sqlite/sqlite.ts'
import type { NewSession, NewUser, RequestStore, Session, Store, User } from '../store/store.ts'
import { client } from './client.ts'

/** A clock that stands still until it is told to move. Milliseconds. */
export interface ManualClock {
  (): number
  advance(ms: number): void
}

const START = Date.UTC(2030, 0, 1)

export function manualClock(start = START): ManualClock {
  let now = start
  return Object.assign(() => now, {
    advance(ms: number) {
      now += ms
    },
  })
}

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'auth-server-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export const refreshSecret = 'refresh tokens of the tests 0123456789'
export const accessSecret = 'access tokens of the tests 0123456789'

/** Settings of a shared-secret server, read as `main.ts` reads them. */
function settingsFrom(environment: Record<string, string> = {}): Settings {
  const reading = readEnvironment({ ETLS_REFRESH: refreshSecret, ETLS_ACCESS: accessSecret, ...environment })
  if (!reading.ok) throw new Error(reading.problems.join('\n'))
  return reading.value
}

export interface ServerOptions {
  readonly environment?: Record<string, string>
  readonly clock?: ManualClock
  /** The store's file; two servers given the same one share it. */
  readonly file?: string
  /** Other limits on connections than the usual ones. */
  readonly limits?: Partial<ConnectionLimits>
  /** Aborted when the server is about to end. */
  readonly closing?: AbortSignal
  /** An open store in place of a file. */
  readonly store?: Store
  /** Mail, written and handed to this. Default: none. */
  readonly sendMail?: SendMail
  /** Other than {@link cheapPasswords}. */
  readonly passwords?: Passwords
}

/** A hash costs 25 ms of CPU by OWASP's parameters, and next to nothing by these. */
const cheapPasswords = createPasswords(undefined, { memoryCost: 64, timeCost: 1, parallelism: 1 })

/** Mails go out at once, and are tried once. */
const AT_ONCE = { pauses: [], spread: 0 }

/** A store on a real file, closed after the test. */
export async function temporaryStore(clock: () => number, file = join(temporaryDirectory(), 'auth.db')) {
  const store = await openSqlite({ path: file, clock, busyTimeout: 100 })
  onTestFinished(() => store.close())
  return store
}

/** An auth server on a real socket, with its log kept in memory. */
export async function startServer(options: ServerOptions = {}) {
  const { environment, clock = manualClock(), file, limits, passwords = cheapPasswords } = options
  const settings = settingsFrom(environment)
  const store = options.store ?? (await temporaryStore(clock, file))
  const lines: string[] = []
  const logger = createLogger('debug', { write: (line) => void lines.push(line) })
  const { closing } = options
  const { sendMail } = options
  const mailer =
    sendMail && createMailer({ sendMail, appUrl: 'https://app.example', service: 'Example' }, logger, AT_ONCE)
  const parts = { store, settings, clock, random: randomBytes, logger, passwords, mailer }
  const app = createApp({ ...parts, ...(closing && { closing }) })
  const server = await listen(app, 0, '127.0.0.1', limits)
  onTestFinished(() => server.stop(0))
  const url = `http://127.0.0.1:${server.port}`
  return {
    url,
    clock,
    store,
    settings,
    ...client(url),
    /** Resolves once every mail is out. */
    async mailed() {
      while (mailer?.isBusy()) await new Promise((resolve) => setImmediate(resolve))
    },
    log: () => lines.join(''),
    /** The lines of the log in which a text stands. */
    linesWith: (text: string) => lines.filter((line) => line.includes(text)).map((line) => JSON.parse(line)),
    /** Audit events, without the everyday ones. */
    events: () =>
      lines.map((line) => JSON.parse(line)).filter((line) => line.audit === true && line.level >= 30),
  }
}

/** The services without HTTP around them, for tests of what happens between two of them. */
export function servicesOver(
  store: RequestStore,
  clock: () => number,
  environment?: Record<string, string>,
): Services {
  const settings = settingsFrom(environment)
  const logger = createLogger('silent')
  return createServices({ store, settings, clock, random: randomBytes, logger, passwords: cheapPasswords })
}

export function aNewUser(overrides: Partial<NewUser> = {}): NewUser {
  return {
    id: 'user-1',
    email: 'ada@example.com',
    name: 'Ada',
    roles: ['user'],
    passwordHash: 'none',
    ...overrides,
  }
}

/** A store's {@link aNewUser} at the time a manual clock starts at. */
export function aUser(overrides: Partial<User> = {}): User {
  return { ...aNewUser(), createdAt: START, disabledAt: null, verifiedAt: null, ...overrides }
}

export function aNewSession(overrides: Partial<NewSession> = {}): NewSession {
  return {
    sid: 'session-1',
    userId: 'user-1',
    passwordHash: 'none',
    idleTtl: 3_600_000,
    maxAge: 86_400_000,
    address: '192.0.2.1',
    userAgent: 'test',
    amr: 'pwd',
    ...overrides,
  }
}

/** A store's {@link aNewSession} at the time a manual clock starts at. */
export function aSession(overrides: Partial<Session> = {}): Session {
  return {
    sid: 'session-1',
    userId: 'user-1',
    generation: 0,
    createdAt: START,
    rotatedAt: START,
    lastSeenAt: START,
    idleExpiresAt: START + 3_600_000,
    absoluteExpiresAt: START + 86_400_000,
    revokedAt: null,
    revokedReason: null,
    address: '192.0.2.1',
    userAgent: 'test',
    deviceKey: null,
    deviceBoundAt: null,
    amr: 'pwd',
    ...overrides,
  }
}
