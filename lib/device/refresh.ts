import { readBoundCookies } from '../gateway/device/bound-session.ts'
import type { WaitUntil } from '../gateway/platform.ts'
import type { RequestFacts } from '../gateway/request/facts.ts'
import type { Outcome } from '../gateway/response/outcome.ts'
import { readSignedOutMark } from '../gateway/token/signed-out.ts'
import { decideRefresh } from './decide-refresh.ts'
import type { Parts, Proven } from './endpoint.ts'
import { answered, challengeFor, clearBound, provenIn, renewBound } from './endpoint.ts'
import { textOf } from './fields.ts'

/** Renews a bound session, for its browser, by a proof of its device. */
export async function refresh(
  parts: Parts,
  received: RequestFacts,
  waitUntil: WaitUntil | undefined,
): Promise<Outcome> {
  const {
    gateway: { settings },
    gatewayTokens,
    sessions,
    paths,
  } = parts
  const facts = { ...received, cookies: readBoundCookies(received.pairs, settings, true) }
  const { signedOut, refreshToken } = facts.cookies.values
  const now = settings.clock() / 1000
  const session = await sessions.open(refreshToken)
  const mark = await readSignedOutMark(gatewayTokens, signedOut, now)
  const isThis = session && textOf(facts.headers.get('sec-secure-session-id')) === session.did
  const { proof }: Proven = isThis
    ? await provenIn(parts, facts, paths.refresh, session.sid, session.jwk, session.refreshToken)
    : { proof: 'none' }
  const decision = decideRefresh({
    cookie: session ? (isThis ? 'this' : 'other') : 'none',
    isSignedOut: mark.sid === session?.sid,
    proof,
  })
  if (!session || decision === 'give-up') return answered(parts, facts, 401, { body: 'unauthenticated' })
  if (decision === 'end')
    return answered(parts, facts, 401, {
      body: 'signed_out',
      changes: await clearBound(parts, facts, '', mark),
      outcome: 'ended',
    })
  if (decision === 'ask') {
    const challenge = await challengeFor(parts, session, now)
    return answered(parts, facts, 403, { body: 'device_proof_required', challenge })
  }
  return renewBound(parts, facts, session, mark, waitUntil)
}
