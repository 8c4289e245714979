import type { GatewaySettings } from '../gateway/options.ts'
import type { Backend } from '../gateway/renewal/backend.ts'
import { lost, unavailable } from '../gateway/renewal/backend.ts'
import { readRetryAfter } from '../gateway/renewal/cookie-backend.ts'
import { wasNotSent } from '../gateway/renewal/unsent.ts'
import type { PreparedCall } from './call.ts'
import { send } from './call.ts'
import type { ApiDescription } from './description.ts'
import type { createHolder } from './holder.ts'
import type { Answer } from './pointer.ts'
import { reasonOf, theirs } from './unusable.ts'
import { codeIn } from './words.ts'

/** RFC 9110 15.3. */
const isSuccess = ({ status }: Answer) => status >= 200 && status < 300

/** Renews sessions at a described backend. Never throws. */
export function createRefresh(parts: {
  readonly description: ApiDescription
  readonly call: PreparedCall
  readonly holder: ReturnType<typeof createHolder>
  readonly settings: Pick<GatewaySettings, 'onEvent'>
}): Backend['refresh'] {
  const { description, call, holder, settings } = parts
  const { refused = (status: number) => status === 401, repeat = false } = description
  /** The call may have had its effect. */
  const mayBeLost = repeat ? unavailable : lost

  return async ({ refreshToken }, context) => {
    const held = await holder.open(refreshToken)
    if (!held?.refreshToken) return { result: 'refused', reason: 'invalid_refresh_token' }
    const tokens = holder.isSliding
      ? { accessToken: held.refreshToken, refreshToken: null }
      : { accessToken: held.accessToken ?? null, refreshToken: held.refreshToken }
    const tell = (error: unknown) => reasonOf(error, settings, `${held.refreshToken}`, context)
    let answer: Answer
    try {
      answer = await send(call, { credentials: {}, ...tokens }, context)
    } catch (error) {
      return (wasNotSent(error) ? unavailable : mayBeLost)(tell(error))
    }
    const { status, body } = answer
    try {
      if (theirs(() => refused(status, body)))
        return { result: 'refused', reason: codeIn(body) ?? `status_${status}` }
      if (isSuccess(answer)) return { result: 'rotated', tokens: await holder.renew(answer, held, context) }
    } catch (error) {
      return mayBeLost(tell(error))
    }
    if (status !== 429) return mayBeLost(`status_${status}`)
    const wanted = answer.headers.get('retry-after')
    return {
      ...unavailable('status_429'),
      ...(wanted && { retryAfter: readRetryAfter(wanted, context.now) }),
    }
  }
}
