import { parseCookieHeader } from '../gateway/cookies/header.ts'
import type { CookieChange } from '../gateway/cookies/session-cookies.ts'
import { withoutExcess } from '../gateway/cookies/session-cookies.ts'
import { formatSetCookie } from '../gateway/cookies/set-cookie.ts'
import type { GatewaySettings } from '../gateway/options.ts'
import { isSecureRequest } from '../gateway/request/facts.ts'
import type { Outcome } from '../gateway/response/outcome.ts'
import type { createSessionReader } from '../gateway/session-reader.ts'
import type { AskForSession } from '../next/begin-for.ts'
import { beginFor } from '../next/begin-for.ts'
import { forgetFor, revokeFor } from '../next/end-for.ts'
import type { Visit, WebSession, WebSignIn } from './visit.ts'
import { toWebSession } from './visit.ts'

/** A request that may pass, and the Set-Cookie headers of what its handler does with the session. */
export type OpenVisit = { readonly visit: Visit; readonly setCookies: () => readonly string[] }

/** @param asSeen the headers that the app is to see. */
export async function openVisit(
  request: Request,
  asSeen: Headers,
  outcome: Outcome,
  settings: GatewaySettings,
  read: ReturnType<typeof createSessionReader>,
): Promise<OpenVisit> {
  const secure = isSecureRequest(asSeen, new URL(request.url).protocol, settings)
  const pairs = parseCookieHeader(asSeen.get('cookie'))
  const current = { settings, headers: asSeen, secure, pairs }
  const verified =
    outcome.session && (await read(pairs, { secure, degraded: outcome.outcome === 'degraded' }))
  let session: WebSession | null = verified && toWebSession(verified)
  let changes: readonly CookieChange[] = []
  let seen: Request | undefined

  async function begin(ask: AskForSession): Promise<WebSignIn> {
    const begun = await beginFor(current, ask, async () => session)
    if (!begun.ok) return begun
    changes = begun.changes
    session = toWebSession(begun.session)
    return { ok: true, session }
  }

  return {
    visit: {
      headers: asSeen,
      // Not before it is wanted: it takes the body over.
      get request() {
        seen ??= new Request(request, { headers: asSeen })
        return seen
      },
      outcome: outcome.outcome,
      get session() {
        return session
      },
      signIn: (credentials) => begin((calls, context) => calls.signIn?.(credentials, context)),
      register: (account) =>
        begin(async (calls, context) => {
          const answer = await calls.register?.(account, context)
          const isMade = answer?.result === 'answered' && answer.status < 400
          return isMade ? calls.signIn?.(account, context) : answer
        }),
      startSession: (tokens) => begin((calls, context) => calls.accept?.(tokens, context)),
      async signOut() {
        await revokeFor(current, session)
        changes = await forgetFor(current, session)
        session = null
      },
    },
    setCookies: () =>
      withoutExcess(changes).map((change) => formatSetCookie(change, { ...settings, secure })),
  }
}
