import { requireSession } from 'evergate/next'

export default async function Dashboard() {
  const { user, expiresAt } = await requireSession()
  return (
    <p>
      {user.id}, until {new Date(expiresAt * 1000).toISOString()}
    </p>
  )
}
