import { getSession } from 'evergate/next'
import { isDemo, MAY_INSPECT } from './demo'

/** A route of an experiment: for those who may look, and in the demo. */
export function experiment(run: () => Promise<Response>): () => Promise<Response> {
  return async () => {
    const session = await getSession()
    if (!session) return answer(401, 'You are not signed in.')
    if (!MAY_INSPECT.roles.every((role) => session.roles.includes(role)))
      return answer(403, 'This account may not do that.')
    if (!isDemo()) return answer(403, 'Only the demo breaks things on purpose.')
    return run()
  }
}

export function answer(status: number, message: string): Response {
  return Response.json({ message }, { status, headers: { 'Cache-Control': 'private, no-store' } })
}
