import type { Backend } from '../gateway/renewal/backend.ts'
import { lost, unavailable } from '../gateway/renewal/backend.ts'
import { wantedPause } from '../gateway/renewal/cookie-backend.ts'
import { wasNotSent } from '../gateway/renewal/unsent.ts'
import type { PreparedCall } from './call.ts'
import { send } from './call.ts'
import type { ApiDescription } from './description.ts'
import type { createHolder } from './holder.ts'
import type { Answer } from './pointer.ts'
import { reasonOf } from './unusable.ts'
import { codeIn } from './words.ts'

/** RFC 9110 15.3. */
const isSuccess = ({ status }: Answer) => status >= 200 && status < 300

/** Renews sessions at a described backend. Throws what code of the description throws. */
export function createRefresh(parts: {
  readonly description: ApiDescription
  readonly call: PreparedCall
  readonly holder: ReturnType<typeof createHolder>
}): Backend['refresh'] {
  const { description, call, holder } = parts
  const { refused = (status: number) => status === 401, repeat = false } = description
  /** The call may have had its effect. */
  const mayBeLost = repeat ? unavailable : lost

  return async ({ refreshToken }, context) => {
    const held = await holder.open(refreshToken)
    if (!held?.refreshToken) return { result: 'refused', reason: 'invalid_refresh_token' }
    const tokens = holder.isSliding
      ? { accessToken: held.refreshToken, refreshToken: null }
      : { accessToken: held.accessToken ?? null, refreshToken: held.refreshToken }
    let answer: Answer
    try {
      answer = await send(call, { credentials: {}, ...tokens }, context)
    } catch (error) {
      return (wasNotSent((error as Error).cause) ? unavailable : mayBeLost)(reasonOf(error))
    }
    const { status, body } = answer
    try {
      if (refused(status, body)) return { result: 'refused', reason: codeIn(body) ?? `status_${status}` }
      if (isSuccess(answer)) return { result: 'rotated', tokens: await holder.renew(answer, held, context) }
    } catch (error) {
      return mayBeLost(reasonOf(error))
    }
    if (status !== 429) return mayBeLost(`status_${status}`)
    return { ...unavailable('status_429'), ...wantedPause(answer.headers, context.now) }
  }
}
