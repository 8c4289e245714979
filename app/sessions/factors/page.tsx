import { requireSession } from 'evergate/next'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { below } from '../../_lib/base-path'
import { hasPasskeys, hasSecondFactor, hasTotp, TWO_FACTORS } from '../../_lib/second-factor'
import { describeUserAgent } from '../../_lib/user-agent'
import { LocalTime } from '../../_ui/local-time'
import { Notice } from '../../_ui/notice'
import { PageMain } from '../../_ui/page-main'
import { Section } from '../../_ui/section'
import { AddPasskey } from './add-passkey'
import { readFactors } from './factors'
import { NewCodes, RemoveFactor } from './remove'
import { Totp } from './totp'

export const metadata: Metadata = { title: 'Second factors' }

const AGAIN = `/login?reason=reauthenticate&acr_values=${TWO_FACTORS}&returnTo=/sessions/factors`

export default async function FactorsPage() {
  const session = await requireSession()
  if (!hasSecondFactor()) notFound()
  const factors = await readFactors()
  const needsCode = factors !== null && (factors.totp !== null || factors.passkeys.length > 0)
  return (
    <PageMain
      title="Second factors"
      account={session.user.id}
      lead={
        <p>You show one of these besides your password. You are asked for one once you have set it up.</p>
      }
    >
      {factors === null && (
        <Notice title="The auth server does not answer right now.">
          <p>
            <a href={below('/sessions/factors')} className="link">
              Ask again
            </a>
          </p>
        </Notice>
      )}
      {factors !== null && (
        <>
          {needsCode && (
            <p className="pb-8 text-muted">
              A change needs a recent sign-in with two factors.{' '}
              <a href={below(AGAIN)} className="link">
                Sign in again
              </a>
            </p>
          )}
          {hasTotp() && (
            <Section title="Authenticator app">
              {factors.totp && (
                <p className="mb-4">
                  Set up <LocalTime at={factors.totp.createdAt} />.
                </p>
              )}
              <Totp id={factors.totp?.id ?? null} needsCode={needsCode} />
            </Section>
          )}
          {hasPasskeys() && (
            <Section title="Passkeys">
              {factors.passkeys.length > 0 && (
                <ul className="mb-6 divide-y divide-line">
                  {factors.passkeys.map(({ id, name, createdAt }) => (
                    <li key={id} className="py-4 first:pt-0">
                      <p className="font-semibold" id={`passkey-${id}`}>
                        {name}
                      </p>
                      <p className="mb-2 text-sm text-muted">
                        Set up <LocalTime at={createdAt} />
                      </p>
                      <RemoveFactor
                        id={id}
                        label="Remove"
                        needsCode={needsCode}
                        describedBy={`passkey-${id}`}
                      />
                    </li>
                  ))}
                </ul>
              )}
              <AddPasskey needsCode={needsCode} />
            </Section>
          )}
          {needsCode && (
            <Section title="Recovery codes">
              <p className="mb-4">
                {factors.recoveryCodes === 1 ? '1 code is' : `${factors.recoveryCodes} codes are`} left. Each
                lets you in once, in the place of the app or a passkey.
              </p>
              <NewCodes />
            </Section>
          )}
          {factors.trustedDevices.length > 0 && (
            <Section title="Trusted devices">
              <ul className="divide-y divide-line">
                {factors.trustedDevices.map(({ id, userAgent, createdAt }) => (
                  <li key={id} className="py-4 first:pt-0">
                    <p className="font-semibold" id={`trusted-${id}`}>
                      {describeUserAgent(userAgent)}
                    </p>
                    <p className="mb-2 text-sm text-muted">
                      Trusted <LocalTime at={createdAt} />
                    </p>
                    <RemoveFactor
                      id={id}
                      label="End trust"
                      needsCode={needsCode}
                      describedBy={`trusted-${id}`}
                    />
                  </li>
                ))}
              </ul>
            </Section>
          )}
        </>
      )}
    </PageMain>
  )
}
