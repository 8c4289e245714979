import { useEffect, useState } from 'react'
import { BROKEN_COOKIE, BROKEN_SECONDS } from './_lib/demo'

/** Set here and not by the server: it has to be taken back when no request of this browser goes through. */
export const breakBackend = () =>
  cookieStore.set({
    name: BROKEN_COOKIE,
    value: '1',
    expires: Date.now() + BROKEN_SECONDS * 1000,
    sameSite: 'lax',
  })

export const mendBackend = () => cookieStore.delete(BROKEN_COOKIE)

/** Whether the backend is broken for this browser; null where that cannot be done: old browsers, and plain http elsewhere than on localhost. */
export function useBrokenBackend(): boolean | null {
  const [isBroken, setIsBroken] = useState<boolean | null>(null)
  useEffect(() => {
    if (!('cookieStore' in window)) return
    const look = async () => setIsBroken((await cookieStore.get(BROKEN_COOKIE)) !== null)
    void look()
    cookieStore.addEventListener('change', look)
    return () => cookieStore.removeEventListener('change', look)
  }, [])
  return isBroken
}
