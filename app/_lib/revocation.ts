import type { Revocation } from 'evergate/ended'
import { endedFeed } from 'evergate/ended'

/** Where the auth server tells which sessions have ended; undefined without `FEED_SECRET`. */
export function revocation(): Revocation | undefined {
  const { FEED_SECRET: secret, REMOTE_API: remoteApi } = process.env
  const backend = (remoteApi || 'http://127.0.0.1:3001').replace(/\/+$/, '')
  return secret ? endedFeed({ url: `${backend}/ended`, secret }) : undefined
}
