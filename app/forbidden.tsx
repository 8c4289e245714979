import { getSession } from 'evergate/next'
import type { Metadata } from 'next'
import Link from 'next/link'
import { buttonClass } from './_ui/button'
import { PageMain } from './_ui/page-main'

export const metadata: Metadata = { title: 'Not allowed' }

export default async function Forbidden() {
  const session = await getSession()
  return (
    <PageMain
      title="This page is not for this account"
      account={session?.user.id ?? null}
      lead={
        <p>
          You are signed in, but without the role that it asks for. Sign in with another account to see it.
        </p>
      }
    >
      <Link href="/dashboard" className={buttonClass()}>
        To the dashboard
      </Link>
    </PageMain>
  )
}
