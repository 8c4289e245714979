import { z } from 'zod'
import type { Endpoint } from '../../http/endpoint.ts'
import { badFields } from '../../http/http.ts'
import type { Factor } from '../../store/factors.ts'
import type { User } from '../../store/store.ts'
import { dossierOf } from '../../users/dossier.ts'
import { describeSessions } from '../describe-sessions.ts'
import type { AdminHandler, MakeEndpoint } from './guard.ts'

const MOST = 200

const query = z.object({
  email: z
    .string()
    .trim()
    .toLowerCase()
    .max(254, 'too_long')
    .regex(/^\P{Cc}*$/u, 'control_characters')
    .default(''),
  after: z
    .string()
    .max(254, 'invalid')
    .regex(/^\P{Cc}*$/u, 'invalid')
    .default(''),
  limit: z.coerce
    .number('not_a_number')
    .int('not_a_number')
    .min(1, 'out_of_range')
    .max(MOST, 'out_of_range')
    .default(50),
})

/** A user as administrators see them. */
export const describeUser = ({ id, email, name, roles, createdAt, disabledAt }: User) => ({
  id,
  email,
  name,
  roles,
  createdAt: new Date(createdAt).toISOString(),
  disabledAt: disabledAt === null ? null : new Date(disabledAt).toISOString(),
})

/** How many factors somebody has of each kind. */
function countFactors(factors: readonly Factor[]) {
  const of = (kind: Factor['kind']) => factors.filter((factor) => factor.kind === kind).length
  return {
    totp: of('totp') > 0,
    passkeys: of('passkey'),
    recoveryCodes: of('recovery-code'),
    trustedDevices: of('trusted-device'),
  }
}

/** Routes that only look. */
export function lookRoutes(endpoint: MakeEndpoint): Endpoint[] {
  const list: AdminHandler = async ({ req, res, services, users, caller, about }) => {
    // The app around a mounted router may parse queries as it likes.
    const asked = query.safeParse(Object.fromEntries(new URLSearchParams(req.url.split('?')[1])))
    if (!asked.success) throw badFields(asked.error)
    const { email, after, limit } = asked.data
    const found = await users.list(after, limit, email)
    services.audit({ event: 'users-listed', count: found.length, admin: caller.user.id }, about())
    const next = found.length === limit ? (found.at(-1)?.email ?? null) : null
    res.json({ users: found.map(describeUser), next })
  }

  const show: AdminHandler = async ({ res, services, caller, about, ...call }) => {
    const user = await call.user()
    const { sessions, factors } = services.store
    const [live, proofs] = await Promise.all([sessions.listLive(user.id), factors.list(user.id)])
    services.audit({ event: 'user-shown', admin: caller.user.id }, about(user))
    res.json({
      ...describeUser(user),
      factors: countFactors(proofs),
      sessions: describeSessions(live, caller, services.settings),
    })
  }

  const handOut: AdminHandler = async ({ res, services, caller, about, ...call }) => {
    const user = await call.user()
    await call.prove()
    const { audit, eventsOf, store } = services
    const dossier = await dossierOf(user, store, await eventsOf?.(user.id))
    audit({ event: 'user-exported', admin: caller.user.id }, about(user))
    res.json(dossier)
  }

  return [endpoint('get', '', list), endpoint('get', '/:id', show), endpoint('post', '/:id/export', handOut)]
}
