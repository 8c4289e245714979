import { getSession } from 'evergate/next'
import type { Metadata } from 'next'
import Link from 'next/link'
import { buttonClass } from './_ui/button'
import { PageMain } from './_ui/page-main'

export const metadata: Metadata = { title: 'Not found' }

export default async function NotFound() {
  const session = await getSession()
  return (
    <PageMain
      title="There is nothing here"
      account={session?.user.id ?? null}
      lead={<p>The address may be mistyped, or the page is gone.</p>}
    >
      <Link href="/" className={buttonClass()}>
        To the start
      </Link>
    </PageMain>
  )
}
