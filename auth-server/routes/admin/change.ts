import { z } from 'zod'
import type { Endpoint } from '../../http/endpoint.ts'
import { ApiError } from '../../http/errors.ts'
import { invalidFields, readBody } from '../../http/http.ts'
import { whyGuessable } from '../../passwords/guessable.ts'
import { newPassword } from '../../passwords/passwords.ts'
import { newId } from '../../store/new-id.ts'
import { email } from '../email.ts'
import { tellOfChange } from '../factors/factors.ts'
import { personName, userRoles } from '../fields.ts'
import { type AdminHandler, type MakeEndpoint, notFound } from './guard.ts'
import { describeUser } from './look.ts'

/** `password` is the administrator's own, in every body. */
const newcomer = z.object({ email, name: personName, roles: userRoles.default(['user']), newPassword })
const change = z.object({ roles: userRoles })

/** Routes that change something. Each needs a young sign-in, or their password in the body. */
export function changeRoutes(endpoint: MakeEndpoint): Endpoint[] {
  const add: AdminHandler = async ({ req, res, services, accounts, users, prove }) => {
    const { newPassword: password, ...person } = readBody(req, newcomer)
    const { issuer, audience } = services.settings
    const guessable = whyGuessable(password, [person.email, person.name, issuer, audience])
    if (guessable) throw invalidFields({ newPassword: guessable })
    await prove()
    const passwordHash = await services.passwords.hash(password)
    const user = { ...person, id: newId(services.random), passwordHash }
    if (!(await accounts.add(user)))
      throw new ApiError(409, 'email_taken', 'There is an account with this e-mail address already.')
    const added = await users.findById(user.id)
    if (!added) throw notFound()
    res.status(201).json(describeUser(added))
  }

  const setRoles: AdminHandler = async ({ req, res, accounts, prove, somebodyElse }) => {
    const user = await somebodyElse()
    const { roles } = readBody(req, change)
    await prove()
    if (!(await accounts.setRoles(user, roles))) throw notFound()
    res.json(describeUser({ ...user, roles }))
  }

  const disable: AdminHandler = async ({ res, accounts, prove, somebodyElse }) => {
    const user = await somebodyElse()
    await prove()
    const ended = await accounts.disable(user)
    if (ended === undefined) throw notFound()
    res.json({ ended })
  }

  const enable: AdminHandler = async ({ res, accounts, prove, somebodyElse }) => {
    const user = await somebodyElse()
    await prove()
    if (!(await accounts.enable(user))) throw notFound()
    res.status(204).end()
  }

  const remove: AdminHandler = async ({ res, accounts, prove, somebodyElse }) => {
    const user = await somebodyElse()
    await prove()
    res.json({ ended: await accounts.delete(user) })
  }

  const removeFactors: AdminHandler = async ({ req, res, services, accounts, proveBoth, somebodyElse }) => {
    const user = await somebodyElse()
    await proveBoth()
    const done = await accounts.removeFactors(user)
    if (done.removed > 0) tellOfChange(services, req, user)
    res.json(done)
  }

  return [
    endpoint('post', '', add),
    endpoint('put', '/:id/roles', setRoles),
    endpoint('post', '/:id/disable', disable),
    endpoint('post', '/:id/enable', enable),
    endpoint('delete', '/:id', remove),
    endpoint('delete', '/:id/factors', removeFactors),
  ]
}
