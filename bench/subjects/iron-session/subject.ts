import { sealData } from 'iron-session'
import type { Subject } from '../subject.ts'
import { options } from './options.ts'

export const subject: Subject = {
  label: 'iron-session',
  peer: true,
  packages: ['iron-session'],
  note: '`getIronSession`; cookie made by its `sealData`. It has no access tokens and renews nothing',
  sessions: {
    env: {},
    cookie: async (user) => {
      const session = { userId: `user-${user}`, name: `User ${user}`, email: `user-${user}@example.com` }
      return `${options.cookieName}=${await sealData(session, { password: options.password })}`
    },
  },
}
