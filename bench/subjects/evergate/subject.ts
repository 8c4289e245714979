import { createTestSession } from '../../../lib/testing/session.ts'
import { LIFE, type Subject } from '../subject.ts'

const accessSecret = 'benchmark-benchmark-benchmark-access'

export const subject: Subject = {
  label: 'evergate',
  peer: false,
  packages: ['jose'],
  note: 'createGateway(), access token signed with HS256',
  sessions: {
    env: { ETLS_ACCESS: accessSecret, LOG_LEVEL: 'error' },
    cookie: async (user) => {
      const session = await createTestSession({
        accessSecret,
        expiresIn: LIFE,
        user: { id: `user-${user}`, name: `User ${user}`, email: `user-${user}@example.com` },
      })
      return `${session.cookieHeader}; refreshToken=v1.${user}.${'r'.repeat(80)}`
    },
  },
}
