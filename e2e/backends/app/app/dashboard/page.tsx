import { requireSession } from 'evergate/next'

export default async function Dashboard() {
  const { user, roles } = await requireSession()
  return (
    <p>
      {user.id} {roles.join(',')}
    </p>
  )
}
