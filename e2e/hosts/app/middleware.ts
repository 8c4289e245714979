import { endedFeed } from 'evergate/ended'
import { createGateway } from 'evergate/next'

export const middleware = createGateway({
  rules: ['/', '/login', '/sign-in', '/sign-out'].map((path) => ({ path, require: 'public' as const })),
  revocation: endedFeed({
    url: `${process.env.REMOTE_API}/ended`,
    secret: process.env.FEED_SECRET ?? '',
  }),
})
