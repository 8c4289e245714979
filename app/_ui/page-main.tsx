import type { ReactNode } from 'react'
import { AccountCheck } from './account'

type Props = {
  title: string
  lead?: ReactNode
  /** The id of the person this page was rendered for, null for nobody; the header is brought in line with it. */
  account: string | null
  children?: ReactNode
}

export function PageMain({ title, lead, account, children }: Props) {
  return (
    <main id="main" tabIndex={-1} className="pb-8">
      <AccountCheck account={account} />
      <div className="pt-12 pb-10 md:pt-16">
        <h1 className="text-3xl font-semibold tracking-tight md:text-4xl">{title}</h1>
        {lead && <div className="mt-4 max-w-prose text-lg text-muted">{lead}</div>}
      </div>
      {children}
    </main>
  )
}
