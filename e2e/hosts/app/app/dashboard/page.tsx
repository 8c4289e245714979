import { requireSession } from 'evergate/next'

export default async function Page() {
  const { user } = await requireSession()
  return <p>{`Hello ${user.name}`}</p>
}
