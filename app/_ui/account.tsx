'use client'

import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect } from 'react'

const Account = createContext<string | null>(null)

/** The person whose name the header shows. */
export function AccountProvider({ account, children }: { account: string | null; children: ReactNode }) {
  return <Account value={account}>{children}</Account>
}

/**
 * The router keeps a layout while pages change below it, so the header may still greet somebody whose session has
 * ended, or know nothing of a sign-in from another tab. When page and header disagree, both are asked for again.
 */
export function AccountCheck({ account }: { account: string | null }) {
  const inHeader = useContext(Account)
  const router = useRouter()
  useEffect(() => {
    if (inHeader !== account) router.refresh()
  }, [inHeader, account, router])
  return null
}
