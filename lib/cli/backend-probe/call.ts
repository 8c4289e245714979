import { prepare, send } from '../../backend/call.ts'
import type { ApiDescription, Call, CallInput } from '../../backend/description.ts'
import type { Answer } from '../../backend/pointer.ts'
import type { BackendContext } from '../../gateway/renewal/backend.ts'
import { newTraceparent } from '../../gateway/request/traceparent.ts'
import type { Io } from '../io.ts'
import { Problem } from '../report.ts'

const TIMEOUT = 10_000

/** Makes the calls of a probe. Throws a {@link Problem} where no answer comes. */
export function createCaller(
  io: Pick<Io, 'fetch' | 'clock'>,
  description: ApiDescription,
  remoteApi: string,
) {
  const baseUrl = (description.baseUrl ?? remoteApi).replace(/\/+$/, '')
  return async (call: Call | string, defaults: Partial<Call>, input: Partial<CallInput>): Promise<Answer> => {
    const context: BackendContext = {
      ...{ forwardedFor: null, userAgent: null, traceparent: newTraceparent(), cookies: '' },
      ...{ fetch: io.fetch, signal: AbortSignal.timeout(TIMEOUT), now: io.clock() / 1000 },
    }
    const prepared = prepare(call, description, baseUrl, defaults)
    try {
      return await send(
        prepared,
        { credentials: {}, accessToken: null, refreshToken: null, ...input },
        context,
      )
    } catch (error) {
      const { message, cause } = error instanceof Error ? error : new Error(String(error))
      throw new Problem(
        `${prepared.method} ${prepared.url}: ${cause instanceof Error ? cause.message : message}`,
      )
    }
  }
}
