import { notFound } from 'next/navigation'
import { connection } from 'next/server'
import { Suspense } from 'react'

async function Missing(): Promise<never> {
  await connection()
  notFound()
}

export default function Page() {
  return (
    <Suspense>
      <Missing />
    </Suspense>
  )
}
