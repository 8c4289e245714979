import { getSession } from 'evergate/next'
import { Suspense } from 'react'

/** The signed-in person, streamed into a page's shell. */
export function Person() {
  return (
    <Suspense fallback={<p>…</p>}>
      <Name />
    </Suspense>
  )
}

async function Name() {
  const session = await getSession()
  return <p>person: {String(session?.user.email ?? 'nobody')}</p>
}
