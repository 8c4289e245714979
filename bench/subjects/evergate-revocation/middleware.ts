import { endedBy } from 'evergate/ended'
import { createGateway } from 'evergate/next'

const COUNT = 10_000

/** A feed without a network: it tells what has ended, and then that nothing else has. */
const revocation = endedBy(
  async (cursor) => {
    if (cursor !== null) return new Promise(() => {})
    const endedAt = Date.now()
    const entries = Array.from({ length: COUNT }, (_, i) => ({
      sid: `session-of-somebody-${i}`,
      endedAt,
      reason: 'signed-out',
    }))
    return { cursor: '1', entries }
  },
  { polls: 'process', tolerate: 3_600_000 },
)

export const middleware = createGateway({ revocation })
