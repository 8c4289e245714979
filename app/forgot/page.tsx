import type { Metadata } from 'next'
import Link from 'next/link'
import { PageMain } from '../_ui/page-main'
import { isDemo } from '../inspector/_lib/demo'
import { ForgotForm } from './forgot-form'

export const metadata: Metadata = { title: 'Forgotten password' }

export default function ForgotPage() {
  return (
    <PageMain
      title="Forgotten password"
      account={null}
      lead={<p>A link to set a new one comes by mail. It is good for half an hour.</p>}
    >
      <div className="max-w-sm">
        <ForgotForm />
        {isDemo() && <p className="mt-2 text-muted">In this demo mail is a file in .data/mail.</p>}
        <p className="mt-2 text-muted">
          Remembered it?{' '}
          <Link href="/login" className="link">
            Sign in
          </Link>
        </p>
      </div>
    </PageMain>
  )
}
