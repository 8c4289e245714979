import { startChild } from '../../../testing/child.ts'
import type { client } from '../../../testing/client.ts'
import { temporaryDirectory } from '../../../testing/harness.ts'

/** An auth server that is as {@link drive} needs it, with metrics on a port of their own. */
export const startMeasured = () =>
  startChild({
    cwd: temporaryDirectory(),
    environment: { METRICS_PORT: '0', REFRESH_GRACE: '0', SIGN_IN_LIMIT: '2/300' },
  })

/**
 * One person through a sign-in, wrong passwords up to a limit of 2, a sign-out, renewals, a reuse and a token that is not from here.
 *
 * @param server - one of {@link startMeasured}
 */
export async function drive(server: ReturnType<typeof client>) {
  const person = await server.newcomer()
  const { email, password } = person
  const signIn = (typed: string) => server.post('/login', { json: { email, password: typed } })
  const second = await signIn(password)
  await server.post('/logout', { refreshToken: second.body.refreshToken })
  await signIn(password)
  for (let i = 0; i < 3; i++) await signIn('a wrong one')
  const { body } = await server.refresh(person.refreshToken)
  await server.refresh(body.refreshToken)
  await server.refresh(person.refreshToken)
  await server.refresh('not.from.here')
  return person
}
