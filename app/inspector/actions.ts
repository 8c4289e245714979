'use server'

import { requireSession } from 'evergate/next'
import { cookies } from 'next/headers'
import { isDemo, MAY_INSPECT } from './_lib/demo'

/** What became of an experiment: nothing to say, or why it could not be made. */
export type Prepared = { readonly ok: true } | { readonly ok: false; readonly why: string }

const DONE: Prepared = { ok: true }

/** What the browser does by itself at the end of an access token: its cookies leave. The refresh token stays. */
export async function dropAccessToken(): Promise<Prepared> {
  const refused = await refusal()
  if (refused) return refused
  const store = await cookies()
  for (const { name } of store.getAll()) {
    if (ACCESS_COOKIE.test(name))
      store.set(name, '', { path: '/', maxAge: 0, httpOnly: true, secure: name.startsWith('__') })
  }
  return DONE
}

/**
 * What a thief would do: uses a copy of the refresh token twice. The browser keeps its own, which is two generations old
 * then, so that whoever presents it next has an old one, whatever the grace.
 */
export async function spendCopyOfRefreshToken(): Promise<Prepared> {
  const refused = await refusal()
  if (refused) return refused
  let token = (await cookies()).getAll().find(({ name }) => REFRESH_COOKIE.test(name))?.value
  for (let rotation = 1; rotation <= 2; rotation += 1) {
    token = token && (await rotate(token))
    if (!token)
      return { ok: false, why: 'The auth server did not take the copy. Nothing has changed for you.' }
  }
  return DONE
}

const ACCESS_COOKIE = /^(__Host-)?(accessToken|userDataEtls)(\.\d+)?$/
const REFRESH_COOKIE = /^(__Host-)?refreshToken$/

async function refusal(): Promise<Prepared | null> {
  await requireSession(MAY_INSPECT)
  return isDemo() ? null : { ok: false, why: 'Only the demo breaks things on purpose.' }
}

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
