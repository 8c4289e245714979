import { cookies } from 'next/headers'
import { answer, experiment } from '../_lib/experiments-server'

const ACCESS_COOKIE = /^(__Host-)?(accessToken|userDataEtls)(\.\d+)?$/

/**
 * Does what the browser does at the end of an access token: its cookies leave, the refresh token stays. A route and
 * no action: the answer of an action brings the page along, which would find nobody signed in.
 */
export const POST = experiment(async () => {
  const store = await cookies()
  for (const { name } of store.getAll()) {
    if (ACCESS_COOKIE.test(name))
      store.set(name, '', { path: '/', maxAge: 0, httpOnly: true, secure: name.startsWith('__') })
  }
  return answer(200, 'The access token has left.')
})
