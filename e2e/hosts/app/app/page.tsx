import { getSession } from 'evergate/next'

export default async function Page() {
  const session = await getSession()
  return <p>{`Hello ${session?.user.name ?? 'stranger'}`}</p>
}
