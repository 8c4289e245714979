import { useEffect, useState } from 'react'
import { observeServerTime } from '../_lib/server-clock'
import { NOTHING_YET, type View, withNews, withSnapshot } from './_lib/view'
import { followStream, type Link } from './follow-stream'
import { useNow } from './use-now'

/** The gateway's decisions on this session, as they are made, and the server's time in milliseconds. */
export function useStream(renderedAt: number): { view: View; link: Link; now: number } {
  const [view, setView] = useState(NOTHING_YET)
  const [link, setLink] = useState<Link>('connecting')
  const now = useNow(renderedAt)
  useEffect(
    () =>
      followStream({
        link: setLink,
        snapshot(snapshot) {
          observeServerTime(snapshot.now)
          setView((before) => withSnapshot(before, snapshot))
        },
        news: (news) => setView((before) => withNews(before, news)),
      }),
    [],
  )
  return { view, link, now }
}
