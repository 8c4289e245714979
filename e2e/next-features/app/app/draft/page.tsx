import { draftMode } from 'next/headers'
import { Suspense } from 'react'
import { Person } from '../person'

async function Mode() {
  const { isEnabled } = await draftMode()
  return <p>draft: {String(isEnabled)}</p>
}

export default function Page() {
  return (
    <main>
      <Suspense>
        <Mode />
      </Suspense>
      <Person />
    </main>
  )
}
