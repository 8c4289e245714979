// app/login/page.tsx
import { getSession, safeReturnTo } from 'evergate/next'
import { redirect } from 'next/navigation'

type Props = { readonly searchParams: Promise<Record<string, string>> }

export default async function Login({ searchParams }: Props) {
  const asked = await searchParams
  const again = asked.reason === 'reauthenticate'
  // Without the second half, this page and the one with the rule would send a person round in circles.
  if ((await getSession()) && !again) redirect(safeReturnTo(asked.returnTo))
  return (
    <>
      {again && <p role="status">Confirm that it is you.</p>}
      <a href={`/auth/signin?${new URLSearchParams(asked)}`}>Sign in</a>
    </>
  )
}
