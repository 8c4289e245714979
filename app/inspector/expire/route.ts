import { cookies } from 'next/headers'
import { below } from '../../_lib/base-path'
import { ENDS_WITH_TOKEN } from '../_lib/access-cookies'
import { answer, experiment } from '../_lib/experiments-server'

/**
 * Does what the browser does at the end of an access token: its cookies leave, the refresh token stays. A route and
 * no action: the answer of an action brings the page along, which would find nobody signed in. A form without JavaScript is
 * led to the dashboard, whose request is then the one that renews.
 */
export const POST = experiment(async (request) => {
  const store = await cookies()
  for (const { name } of store.getAll()) {
    if (ENDS_WITH_TOKEN.test(name))
      store.set(name, '', { path: '/', maxAge: 0, httpOnly: true, secure: name.startsWith('__') })
  }
  if (request.headers.get('accept')?.includes('text/html'))
    return new Response(null, {
      status: 303,
      headers: { Location: below('/dashboard'), 'Cache-Control': 'private, no-store' },
    })
  return answer(200, 'The access token has left.')
})
