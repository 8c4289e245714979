import { generateSigningKeys } from '../../auth-server/config/generate-secrets.ts'
import { hashPassword } from '../../auth-server/passwords/passwords.ts'
import { openStoreAt } from '../../auth-server/store/open.ts'
import { type ClientOptions, sidOf } from './clients.ts'
import { type Server, startServer } from './processes.ts'

/** Servers that do one thing, and what their clients send them. */
export type Subject = {
  readonly label: string
  readonly note?: string
  readonly servers: readonly Server[]
  readonly clients: ClientOptions
}

export const SECRET = 'refresh tokens of the benchmark 0123456789'
export const LIMIT = 'Express and one signature'
export const OIDC_PROVIDER = 'oidc-provider'
export const BETTER_AUTH = 'better-auth'

const here = (name: string) => new URL(name, import.meta.url)
const main = new URL('../../auth-server/main.ts', import.meta.url)

/** Of all auth servers of a run: those on one store must agree. */
export async function newEnvironment(): Promise<Record<string, string>> {
  return {
    ETLS_REFRESH: SECRET,
    SIGNING_KEYS: await generateSigningKeys(),
    AUTH_PORT: '0',
    SIGN_IN_LIMIT: 'off',
  }
}

/** `main.ts` with its defaults. Its working directory holds no `.env.local`. */
export function startAuthServer(
  url: string,
  environment: Readonly<Record<string, string>>,
  cwd: string,
  flags: readonly string[] = [],
): Promise<Server> {
  return startServer(main, { environment: { ...environment, STORE_URL: url }, cwd, flags })
}

export async function authServers(
  name: string,
  url: string,
  environment: Readonly<Record<string, string>>,
  { processes, clients, cwd, flags }: { processes: number; clients: number; cwd: string; flags?: string[] },
): Promise<Subject> {
  const label = processes === 1 ? name : `${name}, ${processes} processes`
  const sids = await newSessions(url, label, clients)
  const servers: Server[] = []
  for (let i = 0; i < processes; i++) servers.push(await startAuthServer(url, environment, cwd, flags))
  return { label, servers, clients: { kind: 'evergate', secret: SECRET, sids } }
}

/** Each of another user, through the store that requests use. */
async function newSessions(url: string, label: string, count: number): Promise<string[]> {
  const store = await openStoreAt(url)
  const first = [...label].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1_000_000
  const sids = Array.from({ length: count }, (_, i) => sidOf(first * 1000 + i))
  for (const sid of sids) {
    const user = {
      id: sid,
      email: `${sid}@example.com`,
      name: 'A user',
      roles: ['user'],
      passwordHash: 'none',
    }
    await store.users.create(user)
    const origin = { address: '127.0.0.1', userAgent: 'evergate-bench/1', amr: 'pwd' }
    const life = { idleTtl: 43_200_000, maxAge: 2_592_000_000 }
    const begun = await store.sessions.create({ sid, userId: sid, passwordHash: 'none', ...life, ...origin })
    if (!begun) throw new Error('a session could not be begun')
  }
  await store.close()
  return sids
}

export const PASSWORD = 'correct horse battery staple'

/** A user who can sign in; the rest of the store stays as it is. */
export async function newUserAt(url: string): Promise<string> {
  const store = await openStoreAt(url)
  const email = 'signs-in@example.com'
  const passwordHash = await hashPassword(PASSWORD)
  await store.users.create({ id: 'signs-in', email, name: 'A user', roles: ['user'], passwordHash })
  await store.close()
  return email
}

export async function limit(): Promise<Subject> {
  const servers = [await startServer(here('limit.ts'))]
  return { label: LIMIT, servers, clients: { kind: 'bare', path: '/refreshtoken' } }
}

export async function oidcProvider(clients: number): Promise<Subject> {
  const server = await startServer(here('peers/oidc-provider.ts'), { args: [String(clients)] })
  const form = 'grant_type=refresh_token&client_id=bench'
  return {
    label: OIDC_PROVIDER,
    note: 'tokens in memory',
    servers: [server],
    clients: { kind: 'oauth', path: '/token', form, tokens: server.credentials },
  }
}

export async function betterAuth(clients: number, file: string): Promise<Subject> {
  const server = await startServer(here('peers/better-auth.ts'), { args: [String(clients), file] })
  return {
    label: BETTER_AUTH,
    note: 'on SQLite; signs no token',
    servers: [server],
    clients: { kind: 'cookie', path: '/api/auth/get-session', cookies: server.credentials },
  }
}
