import type { SentHeaders } from '../platform.ts'

/**
 * - `document`: the browser loads a page, or posts a form;
 * - `navigation`: the client-side router fetches a page (RSC);
 * - `prefetch`: anything fetched in case it is needed;
 * - `action`: a server action called by the client;
 * - `api`: everything else.
 */
export type RequestKind = 'document' | 'navigation' | 'prefetch' | 'action' | 'api'

/** Tells the kind of a request from its method and headers. Total: what fits nothing is `api`. */
export function requestKind(method: string, headers: SentHeaders): RequestKind {
  if (isPrefetch(headers)) return 'prefetch'
  if (method === 'POST' && headers.has('next-action')) return 'action'
  if (headers.has('rsc')) return 'navigation'
  const wantsPage =
    headers.get('sec-fetch-mode') === 'navigate' || headers.get('accept')?.includes('text/html')
  return wantsPage ? 'document' : 'api'
}

/**
 * Whether Next itself asks for the page that a server action redirects to: with the headers of the action's request and, among
 * those, of its answer so far. Somebody else who says so gets less: nothing is renewed for it.
 */
export const isFollowUp = (headers: SentHeaders): boolean =>
  headers.has('x-action-redirect') && headers.has('rsc')

function isPrefetch(headers: SentHeaders): boolean {
  const purpose = headers.get('sec-purpose') ?? headers.get('purpose') ?? ''
  return (
    headers.has('next-router-prefetch') ||
    headers.has('next-router-segment-prefetch') ||
    purpose.startsWith('prefetch')
  )
}
