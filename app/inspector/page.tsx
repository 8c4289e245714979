import { requireSession } from 'evergate/next'
import type { Metadata } from 'next'
import { PageMain } from '../_ui/page-main'
import { isDemo, MAY_INSPECT } from './_lib/demo'
import { Inspector } from './inspector'

export const metadata: Metadata = { title: 'Inspector' }

/** Nothing here asks the backend: it is there to be looked at while that is down. */
export default async function InspectorPage() {
  const session = await requireSession(MAY_INSPECT)
  return (
    <PageMain
      title="Inspector"
      account={session.user.id}
      lead={<p>What the gateway decides about this session, while it decides it.</p>}
    >
      <p className="hidden text-muted noscript:block">It is drawn by JavaScript, which is off.</p>
      <div className="noscript:hidden">
        <Inspector renderedAt={Date.now()} hasExperiments={isDemo()} />
      </div>
    </PageMain>
  )
}
