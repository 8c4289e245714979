import type { Answer } from '../decision/policy.ts'
import type { RequestFacts } from '../request/facts.ts'
import type { SessionRequirement } from '../request/routes.ts'
import { isSafeMethod } from '../request/same-origin.ts'
import type { Excess } from '../request/size.ts'
import { challenge, unauthenticated } from './challenge.ts'
import { returnToOf, signInLocation } from './return-to.ts'
import type { SignInSettings } from './settings.ts'
import { signInPathFor } from './sign-in-path.ts'

/** Seconds after which a caller may try again. */
const RETRY_AFTER = 5

type Refusal = Exclude<Answer, 'pass'>

/** The reason, as the answer tells it. */
type Why = {
  /** The backend's word for why the session has ended. */
  readonly endedBy: string | null
  /** Waiting alone does not help: gateway and backend do not fit. */
  readonly isMisfit: boolean
  /** The requirement that the session does not meet, where signing in again helps. */
  readonly unmet?: SessionRequirement | undefined
}

/** The settings that refusals need. */
export type RefusalSettings = SignInSettings & { readonly basePath: string }

/** The response to a request that may not pass. */
export function refusal(
  answer: Refusal,
  { page: from, headers, kind, method }: Pick<RequestFacts, 'page' | 'headers' | 'kind' | 'method'>,
  settings: RefusalSettings,
  { endedBy, isMisfit, unmet }: Why,
): Response {
  const { basePath } = settings
  const signIn = () => signInLocation(signInPathFor(settings, { ...from, headers }), from, endedBy, unmet)
  switch (answer) {
    case 'redirect-to-sign-in':
      return new Response(null, { status: 303, headers: { location: basePath + signIn() } })
    case 'action-to-sign-in':
      // The client-side router leaves the page for this header's target, which it puts below the `basePath` itself; a
      // Location would be followed by fetch.
      return unauthenticated(unmet, { 'x-action-redirect': `${signIn()};push` })
    case 'unauthenticated':
      return kind === 'document' ? signInPage(signIn(), unmet) : unauthenticated(unmet)
    case 'forbidden':
      return kind === 'document'
        ? page(403, 'No access', 'Your account may not open this page.', {
            href: `${basePath}/`,
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
      return isSafeMethod(method)
        ? waitingPage(basePath + returnToOf(from), isMisfit)
        : unsentPage(basePath + returnToOf(from))
  }
}

/** The answer to an unsafe request that another site sent. */
export const crossSiteRefusal = (): Response =>
  json(403, {
    error: 'forbidden',
    error_description: 'Requests that change something must come from this site.',
  })

/** The answer to a request with a path or a body that is too long. */
export const excessRefusal = (error: Excess): Response =>
  json(error === 'path_too_long' ? 414 : 413, { error })

const json = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers })

/** Goes on to the sign-in page by itself: its answer can carry the cookies that this one could not. */
function signInPage(href: string, unmet?: SessionRequirement): Response {
  const response = page(
    401,
    'Sign in',
    'This page needs a session.',
    { href, label: 'Go to the sign-in page' },
    '',
    `<meta http-equiv="refresh" content="0;url=${escapeAttribute(href)}">`,
  )
  response.headers.set('www-authenticate', challenge(unmet))
  return response
}

function waitingPage(href: string, isMisfit: boolean): Response {
  // Named in the policy, so that no other script can run here, whatever the address says.
  const nonce = crypto.randomUUID()
  return page(
    503,
    'One moment',
    `Your session cannot be checked right now. You are still signed in, and this page tries again by itself.${isMisfit ? ` If that goes on, ${SET_UP_WRONG}` : ''}`,
    { href, label: 'Try again now' },
    `; script-src 'nonce-${nonce}'`,
    `<noscript><meta http-equiv="refresh" content="${isMisfit ? 60 : RETRY_AFTER}"></noscript><script nonce="${nonce}">${isMisfit ? tryAgain(3, `This page has stopped trying: ${SET_UP_WRONG}`) : tryAgain(8, STILL_NO_ANSWER)}</script>`,
  )
}

const SET_UP_WRONG =
  'the site seems to be set up wrong. Its operator finds the reason in its log. You are still signed in.'
const STILL_NO_ANSWER =
  'Still no answer, so this page has stopped trying. You are still signed in: try again in a few minutes.'

/**
 * Loads the page again after about 1, 2, 4, 8, 16, 30, 30 and 30 seconds, `tries` times, and then says that it has stopped.
 * The count outlives the page in `sessionStorage`; after two quiet minutes it begins anew.
 */
const tryAgain = (
  tries: number,
  lastWords: string,
) => `addEventListener("load",()=>{let s=sessionStorage,k="evergate.tries",[n,t]=(s[k]||"0 0").split(" ");if(Date.now()-t>12e4)n=0
if(n<${tries}){s[k]=+n+1+" "+Date.now();setTimeout(()=>location.reload(),Math.min(2**n,30)*(500+500*Math.random()))}
else{s.removeItem(k);document.querySelector("p").textContent="${lastWords}"}})`

function unsentPage(href: string): Response {
  return page(
    503,
    'Not sent yet',
    'Your session cannot be checked right now, so nothing you sent was processed. You are still signed in: reload this page to send it again.',
    { href, label: 'Go on without sending' },
  )
}

type Link = { readonly href: string; readonly label: string }

/** A small page of the gateway's own. */
export function page(
  status: number,
  title: string,
  text: string,
  link: Link,
  morePolicy = '',
  moreHead = '',
): Response {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>:root{color-scheme:light dark;background:Canvas}body{font:1rem/1.6 system-ui;max-width:32rem;margin:20vh auto;padding:0 1rem}</style>${moreHead}
<main><h1>${title}</h1><p role="status">${text}</p><p><a href="${escapeAttribute(link.href)}">${link.label}</a></p></main></html>`
  return new Response(body, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'unsafe-inline'${morePolicy}`,
      ...(status === 503 && { 'retry-after': String(RETRY_AFTER) }),
    },
  })
}

const escapeAttribute = (value: string) =>
  value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
