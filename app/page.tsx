import { InspectorFigure } from 'evergate/inspector/page'
import { getSession } from 'evergate/next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { below } from './_lib/base-path'
import { personOf } from './_lib/person'
import { buttonClass } from './_ui/button'
import { PageMain } from './_ui/page-main'
import { Section } from './_ui/section'
import { SessionFigure } from './_ui/session-figure'
import { isDemo, mayInspect } from './inspector/_lib/demo'

const SOURCE = 'https://github.com/evergate/evergate'

export default async function LandingPage() {
  const session = await getSession()
  const demo = isDemo()
  return (
    <PageMain
      title="Sign in once. Click on. Never notice."
      account={session?.user.id ?? null}
      lead={
        <p>
          Evergate is a session gateway for Next.js. An access token is meant to run out in the middle of your
          work; the gateway fetches the next one within the very click that needs it, before the page is
          rendered.
        </p>
      }
    >
      <div className="-mt-2 flex flex-wrap items-center gap-x-6 gap-y-4 pb-6">
        {session ? (
          <>
            <Link href="/dashboard" className={buttonClass()}>
              Open the dashboard
            </Link>
            <p className="text-muted">Good to see you, {personOf(session.user).name}. You are signed in.</p>
          </>
        ) : (
          <>
            <Link href="/login" className={buttonClass()}>
              Sign in and see
            </Link>
            <p className="text-muted">
              or try the{' '}
              <Link href="/dashboard" className="link" prefetch={false}>
                dashboard
              </Link>{' '}
              first: it sends you to sign in and brings you back.
            </p>
          </>
        )}
      </div>
      <p className="flex flex-wrap items-center gap-x-6 gap-y-1 pb-12">
        <Code>npm install evergate</Code>
        <a href={`${SOURCE}/tree/main/docs#readme`} className="link inline-flex min-h-11 items-center">
          Documentation
        </a>
        <a href={SOURCE} className="link inline-flex min-h-11 items-center">
          Source
        </a>
      </p>
      {session && mayInspect(session.roles) ? (
        <>
          <div className="hidden noscript:block">
            <SessionFigure />
          </div>
          <div className="noscript:hidden">
            <InspectorFigure at={below('/inspector')} renderedAt={Date.now()} />
          </div>
        </>
      ) : (
        <SessionFigure />
      )}
      <Section title="What is about to happen">
        <ol className="space-y-8">
          <Step number={1} title="You sign in">
            Two cookies arrive that no script can read: an access token, good for 15 minutes by default, and a
            refresh token that can be exchanged for the next pair.
            {demo && ' There is an account ready for you on the sign-in page.'}
          </Step>
          <Step number={2} title="You end the access token">
            {demo ? (
              'The dashboard has a button for it. Its cookie leaves, as at its end.'
            ) : (
              <>
                Delete the cookie <Code>accessToken</Code> in the browser’s developer tools: no more happens
                at its end.
              </>
            )}
          </Step>
          <Step number={3} title="You click on">
            Any link, reload, form or fetch will do. The gateway sees that the token is gone, makes one call
            to the auth server, verifies what came back, and lets the same request go on with the new token.
          </Step>
          <Step number={4} title="You never notice">
            No sign-in page, no spinner, no lost form. Only the response header tells,{' '}
            <Code>x-session: renewed</Code>, and the dashboard, which shows it to you with the milliseconds it
            took.
          </Step>
        </ol>
      </Section>
      <Section title="Watch it happen">
        <p>
          The{' '}
          <Link href="/inspector" className="link" prefetch={false}>
            inspector
          </Link>{' '}
          draws each decision about your session as it is made
          {demo ? (
            ', and has buttons that break the backend and replay an old refresh token. All of it happens to your own session alone.'
          ) : (
            <>
              . <span className="text-muted">It asks for the administrator.</span>
            </>
          )}
        </p>
      </Section>
      <Section title="Worth trying to break">
        <ul className="space-y-5">
          <Trial action="Open five tabs, end the access token in one, and reload them all.">
            One renewal serves them.
          </Trial>
          <Trial action={demo ? 'Break the backend, in the inspector.' : 'Stop the auth server.'}>
            You get a page that asks again by itself. You stay signed in.
          </Trial>
          <Trial action="End this session from another browser.">
            You sign in again and land on the page you were on.
          </Trial>
          <Trial action="Switch JavaScript off.">
            Signing in, the note, ending a session and signing out all still work.
          </Trial>
        </ul>
      </Section>
    </PageMain>
  )
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[2rem_minmax(0,1fr)]">
      <span aria-hidden="true" className="font-mono text-accent">
        {number}
      </span>
      <div>
        <h3 className="font-semibold">{title}</h3>
        <p className="mt-1 text-muted">{children}</p>
      </div>
    </li>
  )
}

function Trial({ action, children }: { action: string; children: ReactNode }) {
  return (
    <li>
      <p>{action}</p>
      <p className="text-muted">{children}</p>
    </li>
  )
}

function Code({ children }: { children: ReactNode }) {
  return (
    <code className="rounded-sm bg-surface px-1 py-0.5 font-mono whitespace-nowrap text-[0.9em] text-ink">
      {children}
    </code>
  )
}
