import { connection } from 'next/server'
import { Suspense } from 'react'

async function Failing(): Promise<never> {
  await connection()
  throw new Error('on purpose')
}

export default function Page() {
  return (
    <Suspense>
      <Failing />
    </Suspense>
  )
}
