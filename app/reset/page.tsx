import type { Metadata } from 'next'
import Link from 'next/link'
import { paramOf, type SearchParams } from '../_lib/guards'
import { PageMain } from '../_ui/page-main'
import { ResetForm } from './reset-form'

// The address holds the token of the link: no other site is told of it. With 'no-referrer' a form without JavaScript has no origin.
export const metadata: Metadata = { title: 'New password', referrer: 'same-origin' }

export default async function ResetPage({ searchParams }: { searchParams: SearchParams }) {
  const token = (await paramOf(searchParams, 'token')) ?? ''
  return (
    <PageMain
      title="New password"
      account={null}
      lead={<p>It ends every session of yours. Sign in with it right after.</p>}
    >
      <div className="max-w-sm">
        <ResetForm token={token} />
        <p className="mt-2 text-muted">
          Link too old?{' '}
          <Link href="/forgot" className="link">
            Ask for another one
          </Link>
        </p>
      </div>
    </PageMain>
  )
}
