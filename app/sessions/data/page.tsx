import { requireSession } from 'evergate/next'
import type { Metadata } from 'next'
import Link from 'next/link'
import { below } from '../../_lib/base-path'
import { paramOf, type SearchParams } from '../../_lib/guards'
import { Button } from '../../_ui/button'
import { Field } from '../../_ui/field'
import { FormAnswer } from '../../_ui/form-answer'
import { PageMain } from '../../_ui/page-main'
import { Section } from '../../_ui/section'
import { DeleteAccount } from './delete-account'
import { problemIn } from './problems'

export const metadata: Metadata = { title: 'Your data' }

export default async function DataPage({ searchParams }: { searchParams: SearchParams }) {
  const session = await requireSession()
  const code = await paramOf(searchParams, 'problem')
  return (
    <PageMain
      title="Your data"
      account={session.user.id}
      lead={<p>Take all that is known of you with you, or delete it.</p>}
    >
      <Section title="Download">
        <p className="mb-4 text-muted">
          Your account, your second factors without their secrets, and your sessions, as a file of JSON.
        </p>
        {/* A plain form: its answer is a file, and no page. */}
        <form action={below('/sessions/data/export')} method="post" className="max-w-md space-y-2">
          {code !== undefined && (
            <Field
              name="password-for-export"
              label="Your password"
              type="password"
              autoComplete="current-password"
              required
              autoFocus
            />
          )}
          <Button look="quiet">Download your data</Button>
          <FormAnswer tone="error" keepsRoom={false}>
            {problemIn(code)}
          </FormAnswer>
        </form>
      </Section>
      <Section title="Delete your account">
        <DeleteAccount />
      </Section>
      <Section title="Sessions">
        <Link href="/sessions" className="link">
          Back to your sessions
        </Link>
      </Section>
    </PageMain>
  )
}
