import { SAME_SITE } from '../gateway/cookies/set-cookie.ts'
import { decide } from '../gateway/decision/policy.ts'
import { isBound } from '../gateway/device/bound-session.ts'
import { PENDING_KEY, TIMER } from '../gateway/device/timer-cookies.ts'
import type { WaitUntil } from '../gateway/platform.ts'
import type { RequestFacts } from '../gateway/request/facts.ts'
import { PROTECTED } from '../gateway/request/routes.ts'
import type { Outcome } from '../gateway/response/outcome.ts'
import { clearTimer } from './cookies.ts'
import type { Parts } from './endpoint.ts'
import { answered, challengeFor, originOf, provenIn } from './endpoint.ts'

/**
 * Takes the key that a browser has made. Nothing is bound yet, so that an answer that is lost, or half of one, costs nobody the session: the
 * browser renews before its next request, and shows by it that it has heard. A refusal does no harm: the session goes on as it is.
 */
export async function register(
  parts: Parts,
  facts: RequestFacts,
  waitUntil: WaitUntil | undefined,
): Promise<Outcome> {
  const { gateway, sessions, paths, misfits } = parts
  const { settings } = gateway
  const { refreshToken } = facts.cookies.values
  const now = settings.clock() / 1000
  const refused = (status: number, error: string) => answered(parts, facts, status, { body: error })

  // The access token alone says whose session it is. Browsers do not tell where a registration comes from: the proof does.
  const { session } = await gateway.judge(
    { ...facts, route: PROTECTED, sameOrigin: true },
    waitUntil,
    (situation) => decide({ ...situation, refreshToken: 'absent' }),
  )
  // A page that another site's link led to registers without its cookies.
  if (!session || !refreshToken) return refused(401, 'unauthenticated')
  const { sid } = session
  const life = session.expiresAt - session.issuedAt
  const proven = await provenIn(parts, facts, paths.register, sid, undefined, sid)
  if (proven.proof !== 'good' || isBound(refreshToken) || !misfits.takes(life))
    return refused(400, 'device_proof_required')

  const did = crypto.randomUUID()
  const bound = { refreshToken, jwk: proven.jwk, did, sid, life, registration: proven.text }
  // The token stays in its own cookie, which may be long.
  const key = await sessions.seal({ ...bound, refreshToken: '' })
  return answered(parts, facts, 200, {
    outcome: 'active',
    challenge: await challengeFor(parts, bound, now),
    // There is no timer: the browser renews before its next request. The key is of no use when the access token has ended.
    changes: [{ name: PENDING_KEY, value: key, maxAge: life }, clearTimer],
    body: {
      session_identifier: did,
      refresh_url: settings.basePath + paths.refresh,
      scope: { origin: originOf(facts, settings), include_site: false, scope_specification: [] },
      credentials: [
        {
          type: 'cookie',
          name: TIMER,
          attributes: `Path=/; Secure; HttpOnly; SameSite=${SAME_SITE[settings.sameSite]}`,
        },
      ],
    },
  })
}
