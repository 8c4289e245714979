import type { Endpoint } from '../../http/endpoint.ts'
import { ApiError } from '../../http/errors.ts'
import type { AdminHandler, MakeEndpoint } from './guard.ts'

/** Administrators end sessions of users. Needs a young sign-in, or their password in the body. */
export function sessionRoutes(endpoint: MakeEndpoint): Endpoint[] {
  const endAll: AdminHandler = async ({ res, accounts, user, prove }) => {
    const owner = await user()
    await prove()
    res.json({ ended: await accounts.endSessions(owner, 'ended-by-admin') })
  }

  const endOne: AdminHandler = async ({ req, res, accounts, user, prove }) => {
    const owner = await user()
    await prove()
    if (!(await accounts.endSession(owner, String(req.params.sid), 'ended-by-admin')))
      throw new ApiError(404, 'not_found', 'The user has no live session with this id.')
    res.status(204).end()
  }

  return [endpoint('delete', '/:id/sessions', endAll), endpoint('delete', '/:id/sessions/:sid', endOne)]
}
