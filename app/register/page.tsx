import { getSession } from 'evergate/next'
import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { paramOf, type SearchParams } from '../_lib/guards'
import { returnToOf } from '../_lib/return-to'
import { PageMain } from '../_ui/page-main'
import { RegisterForm } from './register-form'

export const metadata: Metadata = { title: 'Register' }

export default async function RegisterPage({ searchParams }: { searchParams: SearchParams }) {
  const returnTo = returnToOf(await paramOf(searchParams, 'returnTo'))
  if (await getSession()) redirect(returnTo)

  return (
    <PageMain
      title="Register"
      account={null}
      lead={<p>An account of your own. You are signed in right after.</p>}
    >
      <div className="max-w-sm">
        <RegisterForm returnTo={returnTo} />
        <p className="mt-2 text-muted">
          Have an account?{' '}
          <Link href={`/login?returnTo=${encodeURIComponent(returnTo)}`} className="link">
            Sign in
          </Link>
        </p>
      </div>
    </PageMain>
  )
}
