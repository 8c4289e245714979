import { cookies } from 'next/headers'
import { answer, experiment } from '../_lib/experiments-server'

const REFRESH_COOKIE = /^(__Host-)?refreshToken$/

/**
 * Does what a thief would do: uses a copy of the refresh token twice. The browser keeps its own, which is two generations old
 * then, so that whoever presents it next has an old one, whatever the grace.
 */
export const POST = experiment(async () => {
  let token = (await cookies()).getAll().find(({ name }) => REFRESH_COOKIE.test(name))?.value
  for (let rotation = 1; rotation <= 2; rotation += 1) {
    token = token && (await rotate(token))
    if (!token) return answer(503, 'The auth server did not take the copy. Nothing has changed for you.')
  }
  return answer(200, 'The copy was used twice.')
})

async function rotate(refreshToken: string): Promise<string | undefined> {
  const remoteApi = process.env.REMOTE_API || 'http://127.0.0.1:3001'
  try {
    const response = await fetch(`${remoteApi}/refreshtoken`, {
      method: 'POST',
      headers: { cookie: `refreshToken=${refreshToken}`, 'user-agent': 'somebody else' },
      cache: 'no-store',
      signal: AbortSignal.timeout(5000),
    })
    const issued: unknown = await response.json()
    const isToken = typeof issued === 'object' && issued !== null && 'refreshToken' in issued
    return isToken && typeof issued.refreshToken === 'string' ? issued.refreshToken : undefined
  } catch {
    return undefined
  }
}
