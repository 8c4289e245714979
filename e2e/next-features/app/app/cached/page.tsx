import { cacheLife } from 'next/cache'

export default async function Page() {
  'use cache'
  cacheLife({ stale: 300, revalidate: 1, expire: 3600 })
  return <p>made at {Date.now()}</p>
}
