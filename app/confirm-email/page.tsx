import type { Metadata } from 'next'
import { paramOf, type SearchParams } from '../_lib/guards'
import { ConfirmForm } from '../_ui/confirm-form'
import { PageMain } from '../_ui/page-main'
import { confirmEmailAction } from '../verify/actions'

// The address holds the token of the link: no other site is told of it. With 'no-referrer' a form without JavaScript has no origin.
export const metadata: Metadata = { title: 'Your new address', referrer: 'same-origin' }

export default async function ConfirmEmailPage({ searchParams }: { searchParams: SearchParams }) {
  const token = (await paramOf(searchParams, 'token')) ?? ''
  return (
    <PageMain
      title="Your new address"
      account={null}
      lead={<p>The address that you had before is told of the change.</p>}
    >
      <ConfirmForm action={confirmEmailAction} token={token} label="Use this address" />
    </PageMain>
  )
}
