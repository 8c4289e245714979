import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { LIFE, type Subject } from '../subject.ts'

const secret = 'benchmark-benchmark-benchmark-better'

const auth = betterAuth({
  baseURL: 'http://localhost:3000',
  secret,
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  session: { cookieCache: { enabled: true, maxAge: LIFE } },
  // Its cookies are what is measured, not its password hashes.
  emailAndPassword: {
    enabled: true,
    password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password },
  },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
})

export const subject: Subject = {
  label: 'better-auth',
  peer: true,
  packages: ['better-auth'],
  note: '`getCookieCache`, which does not ask the database; cookies from a real sign-up',
  sessions: {
    env: { BETTER_AUTH_SECRET: secret },
    cookie: async (user) => {
      const { headers } = await auth.api.signUpEmail({
        body: { email: `${crypto.randomUUID()}@example.com`, password: 'benchmark-1', name: `User ${user}` },
        returnHeaders: true,
      })
      return headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ')
    },
  },
}
