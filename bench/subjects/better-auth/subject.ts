import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { LIFE, type Subject } from '../subject.ts'

const secret = 'benchmark-benchmark-benchmark-better'

const database: Record<string, unknown[]> = { user: [], session: [], account: [], verification: [] }

const auth = betterAuth({
  baseURL: 'http://localhost:3000',
  secret,
  database: memoryAdapter(database),
  session: { cookieCache: { enabled: true, maxAge: LIFE } },
  // Its cookies are what is measured, not its password hashes.
  emailAndPassword: {
    enabled: true,
    password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password },
  },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
})

/** One at a time, and forgotten: its database is not what is measured. */
let last: Promise<string> = Promise.resolve('')

async function signUp(user: number): Promise<string> {
  for (const table of Object.values(database)) table.length = 0
  const { headers } = await auth.api.signUpEmail({
    body: { email: `user-${user}@example.com`, password: 'benchmark-1', name: `User ${user}` },
    returnHeaders: true,
  })
  return headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

export const subject: Subject = {
  label: 'better-auth',
  peer: true,
  packages: ['better-auth'],
  note: '`getCookieCache`, which does not ask the database; cookies from a real sign-up',
  sessions: {
    env: { BETTER_AUTH_SECRET: secret },
    cookie: (user) => {
      last = last.then(() => signUp(user))
      return last
    },
  },
}
