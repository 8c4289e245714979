import type { Metadata } from 'next'
import { paramOf, type SearchParams } from '../_lib/guards'
import { ConfirmForm } from '../_ui/confirm-form'
import { PageMain } from '../_ui/page-main'
import { verifyAction } from './actions'

// The address holds the token of the link: no other site is told of it. With 'no-referrer' a form without JavaScript has no origin.
export const metadata: Metadata = { title: 'Confirm your address', referrer: 'same-origin' }

export default async function VerifyPage({ searchParams }: { searchParams: SearchParams }) {
  const token = (await paramOf(searchParams, 'token')) ?? ''
  return (
    <PageMain
      title="Confirm your address"
      account={null}
      lead={<p>The link of the mail has led you here.</p>}
    >
      <ConfirmForm action={verifyAction} token={token} label="This is my address" />
    </PageMain>
  )
}
