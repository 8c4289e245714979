import { endedFeed } from 'evergate/ended'
import { createGateway } from 'evergate/next'

export const middleware = createGateway({
  rules: [
    { path: '/', require: 'public' },
    { path: '/payments/:path*', require: { freshness: 'strict' } },
  ],
  revocation: endedFeed({
    url: `${process.env.REMOTE_API}/ended`,
    secret: process.env.FEED_SECRET ?? '',
    every: 1000,
    tolerate: 30_000,
  }),
})
