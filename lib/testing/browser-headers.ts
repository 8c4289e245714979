/** The asking part: a page being loaded, the client-side router, its prefetch, a server action, or a script's `fetch`. */
export type BrowserRequestKind = 'document' | 'navigation' | 'prefetch' | 'action' | 'api'

/** Where a request comes from: the address bar, a page of the site itself, or a page of another site. */
export type Initiator = 'address-bar' | 'same-origin' | 'cross-site'

type Facts = {
  readonly kind: BrowserRequestKind
  readonly method: string
  readonly initiator: Initiator
  /** The page's origin, for what changes something. */
  readonly origin: string
}

const SITE = { 'address-bar': 'none', 'same-origin': 'same-origin', 'cross-site': 'cross-site' } as const

const OF_KIND: Record<BrowserRequestKind, Readonly<Record<string, string>>> = {
  document: {
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'upgrade-insecure-requests': '1',
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-user': '?1',
  },
  navigation: { accept: '*/*', rsc: '1' },
  prefetch: { accept: '*/*', rsc: '1', 'next-router-prefetch': '1' },
  action: { accept: 'text/x-component', 'content-type': 'text/plain;charset=UTF-8' },
  api: { accept: 'application/json' },
}
const OF_SCRIPT = { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }

/** The headers that a browser adds of itself, but for cookies. */
export function browserHeaders({ kind, method, initiator, origin }: Facts): Record<string, string> {
  const isUnsafe = method !== 'GET' && method !== 'HEAD'
  return {
    'accept-language': 'en',
    ...(kind === 'document' ? {} : OF_SCRIPT),
    ...OF_KIND[kind],
    'sec-fetch-site': SITE[initiator],
    ...(isUnsafe && { origin: initiator === 'cross-site' ? 'https://elsewhere.example' : origin }),
  }
}

/** How `SameSite` sees a request: https://www.rfc-editor.org/rfc/rfc6265bis section 5.2. */
export function sameSiteContext({
  kind,
  method,
  initiator,
}: Omit<Facts, 'origin'>): 'strict' | 'lax' | 'none' {
  if (initiator !== 'cross-site') return 'strict'
  return kind === 'document' && method === 'GET' ? 'lax' : 'none'
}
