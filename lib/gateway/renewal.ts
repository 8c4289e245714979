import type { AccessTokenClaims } from './access-token.ts'
import { readAccessToken } from './access-token.ts'
import type { IssuedTokens, RefreshAnswer, RefreshContext } from './backend.ts'
import { callRefresh } from './backend.ts'
import type { GatewayTokens } from './gateway-token.ts'
import type { KeySet } from './key-set.ts'
import type { GatewaySettings } from './options.ts'
import { createSingleFlight } from './single-flight.ts'
import { signUserData } from './user-data.ts'

/** Tokens of a backend that were verified, and what is to stand in the cookies. */
export type VerifiedTokens = {
  readonly claims: AccessTokenClaims
  readonly issued: IssuedTokens
  /** The value of the `userDataEtls` cookie. */
  readonly userData: string | null
}

export type Renewal =
  | { readonly result: 'rotated'; readonly tokens: VerifiedTokens }
  | { readonly result: 'refused'; readonly reason: string }
  | { readonly result: 'unavailable'; readonly reason: string }

export type Renew = (refreshToken: string, context: RefreshContext) => Promise<Renewal>

type Parts = {
  readonly settings: GatewaySettings
  readonly keys: KeySet
  readonly gatewayTokens: GatewayTokens
}

const UNVERIFIABLE: Renewal = { result: 'unavailable', reason: 'keys_unavailable' }
const NO_ANSWER: Renewal = { result: 'unavailable', reason: 'no_answer' }
/** How many remembered answers a straggler may be led through: one a token life, within the memory. */
const MAX_HOPS = 16

/** Renews sessions: one flight per refresh token, one time budget, nothing trusted before it is verified. */
export function createRenewer(parts: Parts): Renew {
  const { clock } = parts.settings
  // A remembered access token may have run out since; its refresh token is then the newest this process knows.
  // Undefined: not run out. Null: it leads nowhere.
  const childOf = (renewal: Renewal, presented: string) => {
    if (renewal.result !== 'rotated' || renewal.tokens.claims.expiresAt > clock() / 1000) return undefined
    const { refreshToken } = renewal.tokens.issued
    return refreshToken === presented ? null : refreshToken
  }
  const share = createSingleFlight<Renewal>(
    clock,
    (renewal, presented) => renewal.result !== 'unavailable' && childOf(renewal, presented) !== null,
  )

  return async (refreshToken, context) => {
    let presented = refreshToken
    for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
      const renewal = await share(presented, () => renewOnce(parts, presented, context))
      const child = childOf(renewal, presented)
      if (child === undefined) return renewal
      if (child === null) break
      presented = child
    }
    return NO_ANSWER
  }
}

async function renewOnce(parts: Parts, refreshToken: string, context: RefreshContext): Promise<Renewal> {
  const { settings, keys } = parts
  const signal = AbortSignal.timeout(settings.refreshTimeout)
  try {
    // Without keys the answer could not be verified, and a rotation that nobody may use would be lost.
    if (!(await untilAborted(keys.ready(), signal))) return UNVERIFIABLE
    const answer = await answerWithin(signal, () =>
      callRefresh({
        fetch: settings.fetch,
        remoteApi: settings.remoteApi,
        refreshToken,
        context,
        signal,
        now: settings.clock() / 1000,
      }),
    )
    if (answer.result !== 'rotated') return answer
    return await untilAborted(verifyIssued(parts, answer.tokens), signal)
  } catch {
    return NO_ANSWER
  }
}

/** Asks once more when the first try ended without an answer, as long as the budget lasts. */
async function answerWithin(signal: AbortSignal, call: () => Promise<RefreshAnswer>): Promise<RefreshAnswer> {
  try {
    return await call()
  } catch (error) {
    if (signal.aborted) throw error
    return call()
  }
}

/** Verifies tokens that a backend has issued, and signs its user data. */
export async function verifyIssued(parts: Parts, issued: IssuedTokens): Promise<Renewal> {
  const { settings, gatewayTokens } = parts
  const now = settings.clock() / 1000
  const token = await readAccessToken(issued.accessToken, { ...settings, keys: parts.keys }, now, true)
  if (token.state === 'unverifiable') return UNVERIFIABLE
  if (token.state !== 'valid' && token.state !== 'expiring') {
    const detail = token.state === 'invalid' ? token.reason : token.state
    return { result: 'unavailable', reason: `issued_token_${detail}` }
  }
  const userData = issued.userData && (await signUserData(gatewayTokens, issued.userData, token.claims))
  return { result: 'rotated', tokens: { claims: token.claims, issued, userData } }
}

function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}
