import { getSession } from 'evergate/next'
import { isDemo, mayInspect } from './demo'

/** A route of an experiment: for those who may look, and in the demo. */
export function experiment(
  run: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const session = await getSession()
    if (!session) return answer(401, 'You are not signed in.')
    if (!mayInspect(session.roles)) return answer(403, 'This account may not do that.')
    if (!isDemo()) return answer(403, 'Only the demo breaks things on purpose.')
    return run(request)
  }
}

export function answer(status: number, message: string): Response {
  return Response.json({ message }, { status, headers: { 'Cache-Control': 'private, no-store' } })
}
