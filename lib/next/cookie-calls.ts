import type { BackendCalls, BackendContext, CookieCalls, SignInAnswer } from '../gateway/renewal/backend.ts'
import { forwardedHeaders, isWellFormed, unavailable } from '../gateway/renewal/backend.ts'
import { NAMES, parseJson, readIssuedTokens } from '../gateway/renewal/issued-tokens.ts'

/**
 * The app's calls of a backend that takes its refresh token in a cookie. Not a part of `cookieBackend()` itself, which the
 * edge has to carry.
 *
 * @param presented the refresh token that the browser has shown with this request.
 */
export function cookieCalls(
  options: CookieCalls,
  presented: string | undefined,
): Pick<BackendCalls, 'signIn' | 'register' | 'signOut' | 'changePassword' | 'accept'> {
  const { remoteApi, paths } = options
  const { signIn = '/login', register = '/register', signOut = '/logout' } = paths ?? {}
  const { changePassword = '/password' } = paths ?? {}
  const names = { ...NAMES, ...options.names }

  function call(
    path: string,
    body: object | null,
    refreshToken: string | null,
    context: BackendContext,
    accessToken?: string,
  ) {
    const { fetch, signal, cookies } = context
    const cookie = [refreshToken && `${names.refreshToken}=${refreshToken}`, cookies]
      .filter(Boolean)
      .join('; ')
    return fetch(remoteApi + path, {
      method: 'POST',
      headers: {
        ...forwardedHeaders(context),
        ...(body && { 'content-type': 'application/json' }),
        ...(cookie && { cookie }),
        ...(accessToken && { authorization: `Bearer ${accessToken}` }),
      },
      redirect: 'manual',
      cache: 'no-store',
      signal,
      ...(body && { body: JSON.stringify(body) }),
    })
  }

  async function begin(
    path: string,
    body: object,
    context: BackendContext,
    accessToken?: string,
  ): Promise<SignInAnswer> {
    try {
      const response = await call(path, body, presented ?? null, context, accessToken)
      const text = await response.text()
      const { ok, status, headers } = response
      const tokens = ok && readIssuedTokens(text, headers.getSetCookie(), context.now, names)
      return tokens ? { result: 'begun', tokens } : { result: 'answered', status, body: parseJson(text) }
    } catch {
      return unavailable('no_answer')
    }
  }

  return {
    signIn: (credentials, context) => begin(signIn, credentials, context),
    register: (account, context) => begin(register, account, context),
    changePassword: (passwords, accessToken, context) =>
      begin(changePassword, passwords, context, accessToken),
    async signOut({ refreshToken }, context) {
      if (signOut === false) return null
      try {
        const { status } = await call(signOut, null, refreshToken, context)
        return status < 400 ? null : `status_${status}`
      } catch {
        return 'no_answer'
      }
    },
    async accept({ accessToken, refreshToken = null, userData = null }) {
      const tokens = { accessToken, refreshToken, refreshTokenMaxAge: null, userData, otherCookies: [] }
      return isWellFormed(tokens) ? { result: 'begun', tokens } : unavailable('malformed_answer')
    },
  }
}
