import { forbidden, notFound, redirect } from 'next/navigation'
import { unmetBy, withoutDevice } from '../gateway/decision/step-up.ts'
import type { SessionRequirement } from '../gateway/request/routes.ts'
import { unauthenticated } from '../gateway/response/challenge.ts'
import { RETURN_TO_HEADER } from '../gateway/response/outcome.ts'
import { safeReturnTo, signInLocation } from '../gateway/response/return-to.ts'
import type { CurrentRequest } from './current-request.ts'
import { currentRequest, currentSettings } from './current-request.ts'
import type { Session } from './session.ts'
import { getSession, signInPathOf } from './session.ts'

/**
 * Like {@link getSession}, but sends a visitor without a session to the sign-in page, and back after it; one who lacks
 * a role gets `forbidden.tsx` (403), or the page for what is not found (404) in an app without that file. One who has signed in too
 * long ago, or not in a way that is sure enough, is sent to the sign-in page with `reason=reauthenticate`, and back after it.
 *
 * @param options what must hold of the session. `returnTo` is where to come back to after signing in again: default the page that an
 * action was called on, and the start page elsewhere. A rule of the gateway knows the page by itself.
 * @example
 * const session = await requireSession({ authenticatedWithin: 300, returnTo: '/billing' })
 */
export async function requireSession(
  options: SessionRequirement & { readonly returnTo?: string } = {},
): Promise<Session> {
  const session = await getSession()
  if (!session) redirect(signInFirst(await currentRequest()))
  if (!options.roles?.every((role) => session.roles.includes(role)) && options.roles) refuse()
  const now = currentSettings().clock() / 1000
  const isBound = session.device === 'bound'
  if (unmetBy(session, isBound ? withoutDevice([options]) : [options], now)) {
    // Signing in again helps with a device, too: its browser binds a session that is young.
    const unmet = unmetBy(session, withoutDevice([options]), now)
    redirect(signInAgain(await currentRequest(), unmet, options.returnTo))
  }
  return session
}

function signInAgain(
  request: CurrentRequest,
  unmet: SessionRequirement | undefined,
  returnTo?: string,
): string {
  const path = safeReturnTo(returnTo ?? pageOf(request))
  const { pathname, search } = new URL(path, 'http://page.invalid')
  const location = signInLocation(signInPathOf(request), { pathname, search }, null, unmet)
  // Said here: the gateway, which knows the word where it binds sessions, is another bundle than the app.
  return unmet ? location : `${location}&reason=device_binding_required`
}

/** A form that was posted without JavaScript. */
const FORM = /^(multipart\/form-data|application\/x-www-form-urlencoded)/

/** The page that an action was called on, or a public page. */
function pageOf({ headers, settings }: CurrentRequest): string | null {
  const told = headers.get(RETURN_TO_HEADER)
  const page = URL.parse(headers.get('referer') ?? '')
  const host = (settings.trustProxy && headers.get('x-forwarded-host')) || headers.get('host')
  const isAction = headers.has('next-action') || FORM.test(headers.get('content-type') ?? '')
  if (told !== null && !isAction) return told
  if (!isAction || page?.host !== host) return null
  const isBelow = `${page.pathname}/`.startsWith(`${settings.basePath}/`)
  return (isBelow ? page.pathname.slice(settings.basePath.length) || '/' : page.pathname) + page.search
}

/**
 * The answer of a route handler to a session that does not suffice (RFC 9470): 401 `insufficient_user_authentication`, with what is
 * asked for in `WWW-Authenticate`; null where the session suffices. A role is not asked for here: signing in again brings none.
 *
 * @example
 * export async function DELETE() {
 *   const session = await getSession()
 *   const refused = session && stepUpChallenge(session, { authenticatedWithin: 300 })
 *   return refused ?? new Response(null, { status: session ? 204 : 401 })
 * }
 */
export function stepUpChallenge(
  session: Pick<Session, 'authenticatedAt' | 'acr'>,
  requirement: Pick<SessionRequirement, 'authenticatedWithin' | 'acr'>,
): Response | null {
  const unmet = unmetBy(session, [requirement], currentSettings().clock() / 1000)
  return unmet ? unauthenticated(unmet, { 'cache-control': 'private, no-store' }) : null
}

/** Without `experimental.authInterrupts`, which `withGateway()` sets where there is a page for it, `forbidden()` is an error. */
function refuse(): never {
  try {
    forbidden()
  } catch (error) {
    if (error instanceof Error && 'digest' in error) throw error
    notFound()
  }
}

function signInFirst(request: CurrentRequest): string {
  const returnTo = safeReturnTo(request.headers.get(RETURN_TO_HEADER))
  const path = signInPathOf(request)
  return returnTo === '/' ? path : `${path}?returnTo=${encodeURIComponent(returnTo)}`
}
