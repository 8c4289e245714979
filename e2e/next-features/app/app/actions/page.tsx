import { getSession } from 'evergate/next'
import { redirect } from 'next/navigation'

async function save() {
  'use server'
  const session = await getSession()
  redirect(`/static?by=${session?.user.email}`)
}

export default function Page() {
  return (
    <form action={save}>
      <button type="submit">Save</button>
    </form>
  )
}
