import { getSession } from 'evergate/next'
import { redirect } from 'next/navigation'

async function save() {
  'use server'
  const session = await getSession()
  redirect(`/static?by=${session?.user.email}`)
}

async function touch() {
  'use server'
  await getSession()
}

export default function Page() {
  return (
    <main>
      <form action={save}>
        <button type="submit">Save</button>
      </form>
      <form action={touch}>
        <button type="submit">Touch</button>
      </form>
    </main>
  )
}
