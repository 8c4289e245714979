import { describe, expect, it } from 'vitest'
import { hostWarnings } from './host.ts'

const FEED = "createGateway({ revocation: endedFeed({ url, secret, polls: 'process' }) })"
const BODIES = { maxBodySizes: { '/videos': 40_000_000 } }

describe('options that a host makes useless', () => {
  it.each([
    ['Netlify', { NETLIFY: 'true' }],
    ['Cloudflare', { WORKERS_CI: '1' }],
    ['Cloudflare', { CF_PAGES: '1' }],
    // As OpenNext's adapters start `next build`.
    ['functions', { NEXT_PRIVATE_STANDALONE: 'true' }],
  ])('are told of on %s', (name, env) => {
    expect(hostWarnings(env, BODIES, [FEED])).toEqual([
      `maxBodySizes: has no effect on ${name}, where no server of Node runs; set the limit at the host`,
      `revocation: polls: 'process' stands still on ${name} between requests; leave \`polls\` out`,
    ])
  })

  it('are told of on Vercel as far as that is known', () => {
    expect(hostWarnings({ VERCEL: '1' }, BODIES, [FEED])).toEqual([expect.stringContaining('polls')])
  })

  it('are none on a server of one’s own', () => {
    expect(hostWarnings({}, BODIES, [FEED])).toEqual([])
  })

  it('are none where a feed goes by the runtime', () => {
    const byRuntime = "createGateway({ revocation: endedFeed({ url, secret, polls: 'request' }) })"
    expect(hostWarnings({ NETLIFY: 'true' }, {}, [byRuntime])).toEqual([])
  })
})
