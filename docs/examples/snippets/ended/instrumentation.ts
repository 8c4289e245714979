import { endedFeed } from 'evergate/ended'
import { guardServer, honourEnded } from 'evergate/next'

export function register(): void {
  guardServer()
  const url = `${process.env.REMOTE_API}/ended`
  honourEnded(endedFeed({ url, secret: process.env.FEED_SECRET ?? '' }))
}
