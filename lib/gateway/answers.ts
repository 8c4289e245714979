import type { Answer } from './policy.ts'
import { returnToOf, signInLocation } from './return-to.ts'

/** Seconds after which a visitor may try again. */
const RETRY_AFTER = 5

type Refusal = Exclude<Answer, 'pass'>

/** The response to a request that may not pass. */
export function refusal(answer: Refusal, url: URL, signInPath: string, isDocument: boolean): Response {
  switch (answer) {
    case 'redirect-to-sign-in':
      return new Response(null, { status: 303, headers: { location: signInLocation(signInPath, url) } })
    case 'action-to-sign-in':
      // The client-side router leaves the page for this header's target; a Location would be followed by fetch.
      return unauthenticated({ 'x-action-redirect': `${signInLocation(signInPath, url)};push` })
    case 'unauthenticated':
      return unauthenticated({})
    case 'forbidden':
      return isDocument
        ? page(403, 'No access', 'Your account may not open this page.', {
            href: '/',
            label: 'Go to the start page',
          })
        : json(403, {
            error: 'forbidden',
            error_description: 'The session lacks a role that this path needs.',
          })
    case 'unavailable':
      return json(
        503,
        {
          error: 'temporarily_unavailable',
          error_description: 'The session cannot be checked now. Try again.',
        },
        { 'retry-after': String(RETRY_AFTER) },
      )
    case 'unavailable-page':
      return page(
        503,
        'One moment',
        'Your session cannot be checked right now. You are still signed in, and this page tries again by itself.',
        { href: returnToOf(url), label: 'Try again now' },
        { 'retry-after': String(RETRY_AFTER), refresh: String(RETRY_AFTER) },
      )
  }
}

/** The answer to an unsafe request that another site sent. */
export function crossSiteRefusal(): Response {
  return json(403, {
    error: 'forbidden',
    error_description: 'Requests that change something must come from this site.',
  })
}

function unauthenticated(headers: Record<string, string>): Response {
  return json(401, { error: 'unauthenticated' }, { 'www-authenticate': 'Bearer', ...headers })
}

function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

type Link = { readonly href: string; readonly label: string }

function page(status: number, title: string, text: string, link: Link, headers: Record<string, string> = {}) {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>:root{color-scheme:light dark;background:Canvas}body{font:1rem/1.6 system-ui,sans-serif;max-width:32rem;margin:20vh auto 0;padding:0 1.5rem}</style>
<main><h1>${title}</h1><p>${text}</p><p><a href="${escapeAttribute(link.href)}">${link.label}</a></p></main></html>`
  return new Response(body, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      ...headers,
    },
  })
}

const escapeAttribute = (value: string) =>
  value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
