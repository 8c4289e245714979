import { requireSession, signInPath } from 'evergate/next'

/** A public path whose page wants a session nevertheless, unless it is asked where the sign-in page is. */
export default async function Open({ searchParams }) {
  if ('where' in (await searchParams)) return <h1>{await signInPath()}</h1>
  const session = await requireSession()
  return <h1>{session.user.name}</h1>
}
