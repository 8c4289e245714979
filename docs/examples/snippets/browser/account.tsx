'use client'
import { sessionFetch, useSession } from 'evergate/react'

export function Account() {
  const session = useSession()
  if (session.status === 'signed-out') return <a href="/login">Sign in</a>
  const save = () => sessionFetch('/api/backend/notes', { method: 'POST', body: 'milk' })
  return (
    <button type="button" onClick={save}>
      Save
    </button>
  )
}
