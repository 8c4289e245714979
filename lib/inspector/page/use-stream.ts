import { useEffect, useState } from 'react'
import { NOTHING_YET, type View, withNews, withSnapshot } from '../view/view.ts'
import { followStream, type Link } from './follow-stream.ts'
import { observeServerTime } from './server-clock.ts'
import { useNow } from './use-now.ts'

/** The gateway's decisions on this session, as they are made, and the server's time in milliseconds. */
export function useStream(at: string, renderedAt: number): { view: View; link: Link; now: number } {
  const [view, setView] = useState(NOTHING_YET)
  const [link, setLink] = useState<Link>('connecting')
  const now = useNow(renderedAt)
  useEffect(
    () =>
      followStream(`${at}/events`, {
        link: setLink,
        snapshot(snapshot) {
          observeServerTime(snapshot.now)
          setView((before) => withSnapshot(before, snapshot))
        },
        news: (news) => setView((before) => withNews(before, news)),
      }),
    [at],
  )
  return { view, link, now }
}
