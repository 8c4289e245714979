import { generateSessionCookie } from '@auth0/nextjs-auth0/testing'
import { LIFE, type Subject } from '../subject.ts'

const secret = 'benchmark-benchmark-benchmark-auth00'

export const subject: Subject = {
  label: 'nextjs-auth0',
  peer: true,
  packages: ['@auth0/nextjs-auth0'],
  note: '`auth0.middleware()` and `auth0.getSession()`; encrypted cookie made by its `generateSessionCookie`. Rolling sessions, its default, write the cookie anew on each request',
  sessions: {
    env: {
      AUTH0_DOMAIN: 'bench.auth0.example.com',
      AUTH0_CLIENT_ID: 'client',
      AUTH0_CLIENT_SECRET: 'client-secret',
      AUTH0_SECRET: secret,
      APP_BASE_URL: 'http://localhost:3000',
    },
    cookie: async (user) => {
      const now = Math.floor(Date.now() / 1000)
      const cookie = await generateSessionCookie(
        {
          user: { sub: `user-${user}`, name: `User ${user}`, email: `user-${user}@example.com` },
          tokenSet: { accessToken: `access-${user}`, refreshToken: `refresh-${user}`, expiresAt: now + LIFE },
          internal: { sid: `session-${user}`, createdAt: now },
        },
        { secret },
      )
      return `__session=${cookie}`
    },
  },
}
