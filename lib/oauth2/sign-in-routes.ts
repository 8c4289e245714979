import { createBackchannelLogout } from './backchannel-logout.ts'
import type { Parts, SignInRoutesOptions } from './routes-parts.ts'
import { createParts, problem } from './routes-parts.ts'
import { beginSignIn, finishSignIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'

type Handler = (request: Request) => Promise<Response>

/**
 * Route handlers to sign in and out with an OpenID provider. Open to all: their paths need `require: 'public'`.
 *
 * | route | what |
 * |---|---|
 * | `GET signin?returnTo=/path` | to the provider, and back to `returnTo`; link to it with a plain `<a>` |
 * | `GET callback` | the redirect URI |
 * | `POST signout` | ends the session here and at the provider |
 * | `POST backchannel` | the provider's word that a session is over |
 *
 * A sign-in that fails ends on `signInPath` with `?error=` and a code.
 *
 * @example app/auth/[action]/route.ts
 * export const { GET, POST } = createSignInRoutes({ ...provider, url: 'https://app.example/auth' })
 */
export function createSignInRoutes(options: SignInRoutesOptions): {
  readonly GET: Handler
  readonly POST: Handler
} {
  // Not before the first request: at build time there are no secrets yet.
  let made: { readonly parts: Parts; readonly backchannel: Handler } | undefined
  const make = () => {
    if (!made) {
      const parts = createParts(options)
      made = { parts, backchannel: createBackchannelLogout(parts) }
    }
    return made
  }

  return {
    async GET(request) {
      const { parts } = make()
      const action = actionOf(request)
      if (action === 'signin') return beginSignIn(request, parts)
      return action === 'callback' ? finishSignIn(request, parts) : problem(404, 'not_found')
    },
    async POST(request) {
      const { parts, backchannel } = make()
      const action = actionOf(request)
      if (action === 'signout') return signOut(request, parts)
      return action === 'backchannel' ? backchannel(request) : problem(404, 'not_found')
    },
  }
}

const actionOf = (request: Request) => new URL(request.url).pathname.split('/').at(-1)
