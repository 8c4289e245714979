import { encode } from 'next-auth/jwt'
import { LIFE, type Subject } from '../subject.ts'

const secret = 'benchmark-benchmark-benchmark-authjs'
const name = 'authjs.session-token'

export const subject: Subject = {
  label: 'next-auth 5',
  peer: true,
  packages: ['next-auth', '@auth/core'],
  note: '`auth` as middleware with the `authorized` callback; encrypted JWT made by its `encode`. It writes the cookie anew on each request, which is its default',
  sessions: {
    env: { AUTH_SECRET: secret, AUTH_TRUST_HOST: 'true', AUTH_GITHUB_ID: 'id', AUTH_GITHUB_SECRET: 'secret' },
    cookie: async (user) => {
      const token = { sub: `user-${user}`, name: `User ${user}`, email: `user-${user}@example.com` }
      return `${name}=${await encode({ token, secret, salt: name, maxAge: LIFE })}`
    },
  },
}
