import { requireSession } from 'evergate/next'
import type { Metadata } from 'next'
import Link from 'next/link'
import { below } from '../_lib/base-path'
import { revocation } from '../_lib/revocation'
import { hasSecondFactor } from '../_lib/second-factor'
import { buttonClass } from '../_ui/button'
import { Notice } from '../_ui/notice'
import { PageMain } from '../_ui/page-main'
import { Section } from '../_ui/section'
import { SignOutForm } from '../_ui/sign-out-form'
import { ChangeEmail } from './change-email'
import { ChangePassword } from './change-password'
import { DeviceList } from './device-list'
import { listDevices } from './sessions'
import { SignOutEverywhere } from './sign-out-everywhere'

export const metadata: Metadata = { title: 'Sessions' }

export default async function SessionsPage() {
  const session = await requireSession()
  const answer = await listDevices()
  return (
    <PageMain
      title="Sessions"
      account={session.user.id}
      lead={<p>Every device that is signed in as you. End what you do not recognise.</p>}
    >
      <Section title="Devices">
        {answer.kind === 'devices' && <DeviceList devices={answer.devices} />}
        {answer.kind === 'unavailable' && (
          <Notice title="The auth server does not answer right now.">
            <p>
              You are still signed in.{' '}
              <a href={below('/sessions')} className="link">
                Ask again
              </a>
            </p>
          </Notice>
        )}
        {answer.kind === 'refused' && (
          <Notice title="This session was ended from another device.">
            <p className="mb-4">Its access token is about to run out. Sign in again to see your devices.</p>
            <SignOutForm className={buttonClass()}>Sign in again</SignOutForm>
          </Notice>
        )}
      </Section>
      {answer.kind === 'devices' && (
        <>
          <Section title="All at once">
            <SignOutEverywhere atOnce={revocation() !== undefined} />
          </Section>
          <Section title="Password">
            <p className="mb-4 text-muted">
              A new one ends every session above. Here you stay signed in, with a new session.
            </p>
            <ChangePassword />
          </Section>
          {hasSecondFactor() && (
            <Section title="Second factor">
              <p className="mb-4 text-muted">An authenticator app, passkeys, and devices that you trust.</p>
              <Link href="/sessions/factors" className="link">
                Second factors
              </Link>
            </Section>
          )}
          <Section title="E-mail">
            <p className="mb-4 text-muted">
              The new address is yours once its link was used. The old one is told.
            </p>
            <ChangeEmail />
          </Section>
          <Section title="Your data">
            <p className="mb-4 text-muted">Take it with you, or delete your account.</p>
            <Link href="/sessions/data" className="link">
              Your data
            </Link>
          </Section>
        </>
      )}
    </PageMain>
  )
}
