import { SAME_SITE } from '../gateway/cookies/set-cookie.ts'
import { decide } from '../gateway/decision/policy.ts'
import { isBound } from '../gateway/device/bound-session.ts'
import { TIMER } from '../gateway/device/timer-cookies.ts'
import { subjectOf } from '../gateway/events/report.ts'
import type { WaitUntil } from '../gateway/platform.ts'
import type { RequestFacts } from '../gateway/request/facts.ts'
import { PROTECTED } from '../gateway/request/routes.ts'
import type { Outcome } from '../gateway/response/outcome.ts'
import { readSignedOutMark } from '../gateway/token/signed-out.ts'
import type { Parts } from './endpoint.ts'
import { answered, originOf, provenIn, renewBound } from './endpoint.ts'

/**
 * Binds a session to the key that the browser has made. The backend is asked once, so that the plain refresh token is spent; what takes its
 * place never leaves the gateway but sealed. A refusal does no harm: the session goes on as it is.
 */
export async function register(
  parts: Parts,
  facts: RequestFacts,
  waitUntil: WaitUntil | undefined,
): Promise<Outcome> {
  const { gateway, gatewayTokens, paths, misfits } = parts
  const { settings } = gateway
  const { refreshToken, signedOut } = facts.cookies.values
  const now = settings.clock() / 1000
  const refused = (status: number, error: string) => answered(parts, facts, status, { body: error })

  // The access token alone says whose session it is. Browsers do not tell where a registration comes from: the proof does.
  const { session } = await gateway.judge(
    { ...facts, route: PROTECTED, sameOrigin: true },
    waitUntil,
    (situation) => decide({ ...situation, refreshToken: 'absent' }),
  )
  // A page that another site's link led to registers without its cookies.
  if (!session || refreshToken === undefined) return refused(401, 'unauthenticated')
  const { sid, issuedAt, expiresAt } = session
  const proven = await provenIn(parts, facts, paths.register, sid, undefined, sid)
  if (proven.proof !== 'good' || isBound(refreshToken) || !misfits.takes(expiresAt - issuedAt))
    return refused(400, 'device_proof_required')

  const did = crypto.randomUUID()
  const { jwk, alg } = proven
  const mark = await readSignedOutMark(gatewayTokens, signedOut, now)
  const outcome = await renewBound(
    parts,
    facts,
    { refreshToken, jwk, did, sid, boundAt: Math.floor(now) },
    mark,
    waitUntil,
    {
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
  )
  if (outcome.outcome === 'renewed')
    settings.onEvent({ type: 'device.bound', ...subjectOf(facts, facts.traceparent, sid), alg })
  return outcome
}
