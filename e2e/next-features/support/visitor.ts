import type { Tokens } from '../../support/client.ts'
import { cookieHeader, expiredSession, setCookies } from '../../support/client.ts'
import type { Kind } from './kinds.ts'
import type { Place } from './place.ts'

/** Asks for an answer of that kind, and reads it to its end. */
export type Visitor = (kind: Kind, headers?: Readonly<Record<string, string>>) => Promise<Response>

/** Somebody whose access token has run out at each request, and who keeps each refresh token that an answer brings. */
export async function openVisitor(url: string, place: Place): Promise<Visitor> {
  let tokens = await expiredSession(place)
  return async (kind, headers) => {
    const response = await ask(url, kind, tokens, headers)
    const refreshToken = setCookies(response).get('refreshToken')?.value
    if (refreshToken) tokens = { ...tokens, refreshToken }
    return response
  }
}

/** Asks once, with these tokens. */
export async function ask(
  url: string,
  { path, headers, method = 'GET', body }: Kind,
  tokens: Partial<Tokens>,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const init = {
    method,
    headers: { ...headers, ...more, cookie: cookieHeader(tokens) },
    redirect: 'manual',
    ...(body !== undefined && { body }),
  } as const
  const response = await fetch(url + path, init)
  await response.arrayBuffer()
  const location = response.headers.get('location')
  // The router's requests carry a hash of their headers, which Next tells those that have none.
  if (!location?.includes('_rsc')) return response
  const asked = await fetch(new URL(location, url), init)
  await asked.arrayBuffer()
  return asked
}
