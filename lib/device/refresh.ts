import { isBound, readBoundCookies } from '../gateway/device/bound-session.ts'
import type { WaitUntil } from '../gateway/platform.ts'
import type { RequestFacts } from '../gateway/request/facts.ts'
import type { Outcome } from '../gateway/response/outcome.ts'
import { readSignedOutMark } from '../gateway/token/signed-out.ts'
import { pendingKeyIn } from './cookies.ts'
import { decideRefresh } from './decide-refresh.ts'
import type { Parts, Proven } from './endpoint.ts'
import { answered, challengeFor, clearBound, provenIn, renewBound, tell } from './endpoint.ts'
import { textIn } from './fields.ts'

/** Renews a bound session, for its browser, by a proof of its device. */
export async function refresh(
  parts: Parts,
  received: RequestFacts,
  waitUntil: WaitUntil | undefined,
): Promise<Outcome> {
  const { settings, gatewayTokens, sessions, paths } = parts
  const facts = { ...received, cookies: readBoundCookies(received.pairs, settings, true) }
  const { signedOut, refreshToken } = facts.cookies.values
  const now = settings.clock() / 1000
  const opened = await sessions.open(isBound(refreshToken) ? refreshToken : pendingKeyIn(facts))
  const mark = await readSignedOutMark(gatewayTokens, signedOut, now)
  const session =
    opened && refreshToken && textIn(facts, 'sec-secure-session-id') === opened.did
      ? // A browser with a key that has not renewed by it yet: its refresh token is in its own cookie.
        { ...opened, refreshToken: opened.refreshToken || refreshToken }
      : null
  const proven: Proven = session
    ? await provenIn(parts, facts, paths.refresh, session.sid, session.jwk, session.refreshToken)
    : { proof: 'none' }
  const decision = decideRefresh({
    isThis: session !== null,
    // Of a key alone nothing ends: the refresh token may be that of a later session.
    isSignedOut: !session?.registration && mark.sid === session?.sid,
    proof: proven.proof,
  })
  if (session && decision === 'ask') {
    const challenge = await challengeFor(parts, session, now)
    return answered(parts, facts, 403, { body: 'device_proof_required', challenge })
  }
  if (!session || decision !== 'renew')
    return answered(parts, facts, 401, {
      body: 'unauthenticated',
      ...(decision === 'end' && { changes: await clearBound(parts, facts, '', mark), outcome: 'ended' }),
    })
  const { text, alg } = proven as Extract<Proven, { proof: 'good' }>
  const { registration, sid } = session
  const outcome = await renewBound(parts, facts, session, registration ?? text, mark, waitUntil)
  if (registration && outcome.outcome === 'renewed') tell(parts, facts, sid, { type: 'device.bound', alg })
  return outcome
}
