import { Agent } from 'node:http'
import { CookieJar } from 'tough-cookie'
import type { BrowserRequestKind, Initiator } from './browser-headers.ts'
import { browserHeaders, sameSiteContext } from './browser-headers.ts'
import { exchange } from './http-exchange.ts'

/** The options of one request of a page or a script. */
export type BrowserRequest = {
  /** `GET` unless given; `POST` for an action. */
  readonly method?: string
  /** Added to what a browser sends of itself; wins over it. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** A typed address for documents, a page of the site for all else, unless given. */
  readonly initiator?: Initiator
  /** Gives up, as somebody does who leaves the page. */
  readonly signal?: AbortSignal
}

/** The result of one request, redirects followed. */
export type BrowserAnswer = {
  readonly status: number
  readonly url: string
  readonly headers: Headers
  readonly body: string
  /** The redirects on the way, first to last. */
  readonly hops: readonly { readonly status: number; readonly url: string; readonly headers: Headers }[]
}

type Send = (path: string, request?: BrowserRequest) => Promise<BrowserAnswer>

/** One tab: it shares cookies and connections with the browser's others. */
export type Tab = {
  /** Loads a page, or posts a form. */
  readonly open: Send
  /** Follows a link as Next's client-side router does. */
  readonly navigate: Send
  /** Prefetches a link as Next's client-side router does. */
  readonly prefetch: Send
  /** Calls a server action; its id goes into the header `next-action`. */
  readonly action: Send
  /** Sends a request as a script's `fetch` does. */
  readonly api: Send
}

/** A browser as {@link openBrowser} plays it: one cookie jar, any number of tabs. */
export type Browser = {
  tab(): Tab
  /** The jar's cookies of the origin, values by name. */
  cookies(): Readonly<Record<string, string>>
  /** Forgets a cookie, as a browser does when it has run out. */
  drop(name: string): void
  /** Cookies that a browser does not take, and why: a `__Host-` name without `Secure`, say. */
  rejected(): readonly string[]
  /** Closes the connections. */
  close(): void
}

/** As many connections to one server as browsers open. */
const CONNECTIONS = 6
const MAX_REDIRECTS = 20
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/**
 * Opens something that behaves to a server like a browser: a cookie jar with the rules of RFC 6265bis, `SameSite` and
 * name prefixes included; the headers of each kind of request; redirects. `Set-Cookie` is obeyed in the order in which
 * answers arrive, whichever request was first. Bodies come uncompressed; redirects to another origin are not followed.
 *
 * @param options.origin - scheme, host and port of the app
 * @param options.resolve - base URL of the server that the origin's name leads to at the moment, for several behind one
 *   name; the origin itself unless given
 * @example
 * const browser = openBrowser({ origin: 'http://localhost:3000' })
 * const [one, two] = [browser.tab(), browser.tab()]
 * const answers = await Promise.all([one.open('/dashboard'), two.api('/api/session')])
 * browser.close()
 */
export function openBrowser(options: { origin: string; resolve?: () => string }): Browser {
  const { origin, resolve = () => origin } = options
  const jar = new CookieJar(undefined, { prefixSecurity: 'strict' })
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const rejected: string[] = []

  function store(setCookies: readonly string[], url: string, context: 'strict' | 'lax' | 'none'): void {
    for (const header of setCookies) {
      try {
        jar.setCookieSync(header, url, { sameSiteContext: context })
      } catch (error) {
        rejected.push(`${header.split('=')[0]}: ${error instanceof Error ? error.message : error}`)
      }
    }
  }

  async function send(
    kind: BrowserRequestKind,
    path: string,
    request: BrowserRequest = {},
  ): Promise<BrowserAnswer> {
    const initiator = request.initiator ?? (kind === 'document' ? 'address-bar' : 'same-origin')
    let method = request.method ?? (kind === 'action' ? 'POST' : 'GET')
    let body = request.body
    let url = new URL(path, origin)
    const hops: { status: number; url: string; headers: Headers }[] = []
    for (;;) {
      const context = sameSiteContext({ kind, method, initiator })
      const cookie = jar.getCookieStringSync(url.href, { sameSiteContext: context })
      const answer = await exchange({
        server: resolve(),
        agent,
        method,
        path: url.pathname + url.search,
        headers: {
          host: url.host,
          ...browserHeaders({ kind, method, initiator, origin }),
          ...request.headers,
          ...(cookie && { cookie }),
        },
        body,
        signal: request.signal,
        onHead: (headers) => store(headers.getSetCookie(), url.href, context),
      })
      const { status, headers } = answer
      const next = REDIRECTS.has(status) ? redirectTarget(headers, url) : undefined
      if (!next) return { status, url: url.href, headers, body: answer.body, hops }
      hops.push({ status, url: url.href, headers })
      if (hops.length > MAX_REDIRECTS)
        throw new Error(`redirected more than ${MAX_REDIRECTS} times: ${url.href}`)
      url = next
      if (status === 303 || (status < 303 && method === 'POST')) {
        method = 'GET'
        body = undefined
      }
    }
  }

  return {
    tab: () => ({
      open: (path, request) => send('document', path, request),
      navigate: (path, request) => send('navigation', path, request),
      prefetch: (path, request) => send('prefetch', path, request),
      action: (path, request) => send('action', path, request),
      api: (path, request) => send('api', path, request),
    }),
    cookies: () => Object.fromEntries(jar.getCookiesSync(origin).map(({ key, value }) => [key, value])),
    drop(name) {
      for (const secure of ['', '; Secure']) {
        jar.setCookieSync(`${name}=; Path=/; Max-Age=0${secure}`, origin, { ignoreError: true })
      }
    },
    rejected: () => rejected,
    close: () => agent.destroy(),
  }
}

function redirectTarget(headers: Headers, from: URL): URL | undefined {
  const location = headers.get('location')
  const target = location === null ? null : URL.parse(location, from)
  return target?.origin === from.origin ? target : undefined
}
