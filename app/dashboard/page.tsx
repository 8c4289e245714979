import { gatewayReport, requireSession } from 'evergate/next'
import type { Metadata } from 'next'
import { deviceMode } from '../_lib/device-mode'
import { personOf } from '../_lib/person'
import { PageMain } from '../_ui/page-main'
import { Fact, Facts, Section } from '../_ui/section'
import { isDemo } from '../inspector/_lib/demo'
import { AskBackend } from './ask-backend'
import { DeviceBadge } from './device-badge'
import { EndToken } from './end-token'
import { GatewayReport } from './gateway-report'
import { NoteForm } from './note-form'
import { TokenLife } from './token-life'

/** Seconds after the sign-in in which a browser may bind a session, docs/device-binding.md. */
const YOUNG = 300

export const metadata: Metadata = { title: 'Dashboard' }

export default async function DashboardPage() {
  const session = await requireSession()
  const { name, email } = personOf(session.user)
  return (
    <PageMain
      title={`Hello, ${name}`}
      account={session.user.id}
      lead={
        <p>
          {isDemo()
            ? 'End your access token, then do anything at all: you stay where you are.'
            : 'The access token below ends every now and then. You will not notice.'}
        </p>
      }
    >
      <Section title="Access token">
        <TokenLife issuedAt={session.issuedAt} expiresAt={session.expiresAt} renderedAt={Date.now()} />
        {isDemo() && <EndToken report={await gatewayReport()} isBound={session.device === 'bound'} />}
      </Section>
      {deviceMode() !== 'off' && (
        <Section title="This device">
          <DeviceBadge
            device={session.device}
            isYoung={Date.now() / 1000 - (session.authenticatedAt ?? 0) < YOUNG}
          />
        </Section>
      )}
      <Section title="This request">
        <GatewayReport />
      </Section>
      <Section title="You">
        <Facts>
          <Fact term="Name">{name}</Fact>
          <Fact term="E-mail">{email}</Fact>
          <Fact term="Roles">{session.roles.join(', ')}</Fact>
          <Fact term="Session">
            <code className="font-mono text-sm break-all">{session.sid}</code>
          </Fact>
        </Facts>
      </Section>
      <Section title="Leave a note">
        <NoteForm draftKey={`note:${session.user.id}`} />
      </Section>
      <Section title="Ask the backend">
        <AskBackend />
      </Section>
    </PageMain>
  )
}
