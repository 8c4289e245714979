import type { News, Snapshot } from '../record/recorded.ts'
import { isEnd } from '../record/recorded.ts'

/** How the page stands to its stream. `waiting`: the server cannot answer just now. */
export type Link = 'connecting' | 'live' | 'waiting' | 'ended' | 'forbidden'

type Listener = {
  readonly link: (link: Link) => void
  readonly snapshot: (snapshot: Snapshot) => void
  readonly news: (news: News) => void
}

const LONGEST_PAUSE = 30_000

/**
 * Follows the stream while somebody looks: a hidden page asks nothing, so that an idle session still runs out.
 *
 * @param stream - its address
 * @returns what ends it
 */
export function followStream(stream: string, tell: Listener): () => void {
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let last: string | null = null
  let failures = 0
  let isOver = false

  function open(): void {
    close()
    if (isOver || document.hidden) return
    tell.link('connecting')
    const opened = new EventSource(last === null ? stream : `${stream}?after=${encodeURIComponent(last)}`)
    source = opened
    opened.addEventListener('snapshot', ({ data, lastEventId }) => {
      failures = 0
      last = lastEventId || last
      tell.link('live')
      tell.snapshot(JSON.parse(data))
    })
    opened.addEventListener('news', ({ data, lastEventId }) => {
      last = lastEventId
      const news: News = JSON.parse(data)
      tell.news(news)
      if (isEnd(news.recorded.event)) finish('ended')
    })
    opened.addEventListener('error', () => {
      if (opened !== source) return
      // Cut off, it asks again by itself; an answer that is no stream closes it.
      if (opened.readyState === EventSource.CLOSED) void findOutWhy()
      else tell.link('connecting')
    })
  }

  function close(): void {
    clearTimeout(timer)
    source?.close()
    source = null
  }

  function finish(link: Link): void {
    isOver = true
    close()
    tell.link(link)
  }

  /** The browser does not say with which status a stream was refused. */
  async function findOutWhy(): Promise<void> {
    const status = await fetch(stream, { method: 'HEAD', cache: 'no-store' }).then(
      (response) => response.status,
      () => 0,
    )
    if (isOver) return
    if (status === 401) return finish('ended')
    if (status === 403 || status === 404) return finish('forbidden')
    tell.link('waiting')
    failures += 1
    timer = setTimeout(open, Math.min(LONGEST_PAUSE, 500 * 2 ** failures))
  }

  const onVisibility = () => (document.hidden ? close() : open())
  document.addEventListener('visibilitychange', onVisibility)
  open()
  return () => {
    isOver = true
    document.removeEventListener('visibilitychange', onVisibility)
    close()
  }
}
