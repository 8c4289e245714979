import type { PendingKey } from '../gateway/device/bound-session.ts'
import { isBound, readBoundCookies } from '../gateway/device/bound-session.ts'
import { PENDING_KEY } from '../gateway/device/timer-cookies.ts'
import { subjectOf } from '../gateway/events/report.ts'
import { isJsonObject } from '../gateway/json-object.ts'
import type { WaitUntil } from '../gateway/platform.ts'
import type { RequestFacts } from '../gateway/request/facts.ts'
import type { Outcome } from '../gateway/response/outcome.ts'
import { readSignedOutMark } from '../gateway/token/signed-out.ts'
import { tokenPart } from '../gateway/token/token-part.ts'
import { decideRefresh } from './decide-refresh.ts'
import type { Parts, Proven, Renewable } from './endpoint.ts'
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
  const session: Renewable | null = await (isBound(refreshToken)
    ? sessions.open(refreshToken)
    : toBind(parts, facts))
  const mark = await readSignedOutMark(gatewayTokens, signedOut, now)
  const isThis = session && textOf(facts.headers.get('sec-secure-session-id')) === session.did
  const proven: Proven = isThis
    ? await provenIn(parts, facts, paths.refresh, session.sid, session.jwk, session.refreshToken)
    : { proof: 'none' }
  const decision = decideRefresh({
    cookie: session ? (isThis ? 'this' : 'other') : 'none',
    isSignedOut: mark.sid === session?.sid,
    proof: proven.proof,
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
  const outcome = await renewBound(parts, facts, session, mark, waitUntil)
  if (session.registration && outcome.outcome === 'renewed' && proven.proof === 'good') {
    const subject = subjectOf(facts, facts.traceparent, session.sid)
    settings.onEvent({ type: 'device.bound', ...subject, alg: proven.alg })
  }
  return outcome
}

/** A session whose browser has a key, and has not renewed by it yet. Its refresh token may be younger than the key. */
async function toBind(
  { sessions }: Parts,
  { pairs, cookies: { values } }: RequestFacts,
): Promise<Renewable | null> {
  const { refreshToken } = values
  const key = await sessions.openKey(pairs.find(({ name }) => name === PENDING_KEY)?.value ?? '')
  const jwk = key && tokenPart(key.registration, 0)?.jwk
  return isJsonObject(jwk) && refreshToken ? { ...(key as PendingKey), jwk, refreshToken } : null
}
