import { getSession } from 'evergate/next'
import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { paramOf, type SearchParams } from '../_lib/guards'
import { personOf } from '../_lib/person'
import { returnToOf } from '../_lib/return-to'
import { hasPasskeys, hasSecondFactor, TWO_FACTORS } from '../_lib/second-factor'
import { PageMain } from '../_ui/page-main'
import { DemoAccounts } from './demo-accounts'
import { endedBecause } from './ended-because'
import { SignInForm } from './sign-in-form'

/** Why somebody who is signed in is to sign in again. */
const STAYS = new Set<string | undefined>(['reauthenticate', 'device_binding_required'])

export const metadata: Metadata = { title: 'Sign in' }

export default async function LoginPage({ searchParams }: { searchParams: SearchParams }) {
  const asked = await paramOf(searchParams, 'returnTo')
  const returnTo = returnToOf(asked)
  const reason = await paramOf(searchParams, 'reason')
  const session = await getSession()
  // A person who is to sign in again stays here: the page that they come from would only send them back.
  if (session && !STAYS.has(reason)) redirect(returnTo)

  const acrValues = (await paramOf(searchParams, 'acr_values')) ?? ''
  const needsTwo = session !== null && hasSecondFactor() && acrValues.split(' ').includes(TWO_FACTORS)
  const signedOut = (await paramOf(searchParams, 'signedOut')) !== undefined
  const because = signedOut ? 'You are signed out.' : endedBecause(reason)
  return (
    <PageMain title="Sign in" account={null} lead={<Lead because={because} returnTo={asked && returnTo} />}>
      <div className="grid gap-x-24 gap-y-12 md:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
        <div>
          <SignInForm
            returnTo={returnTo}
            email={session ? personOf(session.user).email : ''}
            acrValues={acrValues}
            passkeys={hasPasskeys()}
          />
          {needsTwo && (
            <p className="mt-2 text-muted">
              That page wants two factors. No second one yet?{' '}
              <Link href="/sessions/factors" className="link">
                Set one up
              </Link>
            </p>
          )}
          <p className="mt-2 text-muted">
            <Link href="/forgot" className="link">
              Forgot your password?
            </Link>
          </p>
          <p className="mt-2 text-muted">
            No account yet?{' '}
            <Link href={`/register?returnTo=${encodeURIComponent(returnTo)}`} className="link">
              Register
            </Link>
          </p>
        </div>
        <DemoAccounts />
      </div>
    </PageMain>
  )
}

function Lead({ because, returnTo }: { because: string | undefined; returnTo: string | undefined }) {
  if (!because && !returnTo) return <p>Then end your access token, click on, and stay signed in.</p>
  return (
    <>
      {because && (
        <p role="status" className="text-ink">
          {because}
        </p>
      )}
      {returnTo && (
        <p className={because && 'mt-2'}>
          You will be brought back to <span className="text-ink">{returnTo}</span>.
        </p>
      )}
    </>
  )
}
