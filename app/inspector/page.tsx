import { Inspector } from 'evergate/inspector/page'
import { requireSession } from 'evergate/next'
import type { Metadata } from 'next'
import { PageMain } from '../_ui/page-main'
import { Section } from '../_ui/section'
import { isDemo, MAY_INSPECT } from './_lib/demo'
import { mailFolder } from './_lib/mailbox'
import { Experiments } from './experiments'
import { MailboxList } from './mailbox'

export const metadata: Metadata = { title: 'Inspector' }

/** Nothing here waits for the backend: it is there to be looked at while that is down. */
export default async function InspectorPage() {
  const session = await requireSession(MAY_INSPECT)
  const folder = mailFolder()
  return (
    <PageMain
      title="Inspector"
      account={session.user.id}
      lead={<p>What the gateway decides about this session, while it decides it.</p>}
    >
      <Inspector>
        <Section title="Try it">
          <Experiments isAvailable={isDemo()} />
        </Section>
        {folder !== undefined && (
          <Section title="Mailbox">
            <MailboxList folder={folder} />
          </Section>
        )}
      </Inspector>
    </PageMain>
  )
}
