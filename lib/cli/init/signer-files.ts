import type { App } from './read-app.ts'
import type { Signer } from './who-signs-in.ts'

/** A new file, from the app's root. */
type NewFile = { readonly path: string; readonly text: string }

/** The files that describe the part that signs people in; none for one that signs tokens as the auth server does. */
export function signerFiles(signer: Signer, { language, source }: App): NewFile[] {
  switch (signer.kind) {
    case 'preset':
      return [{ path: backendFile(language), text: presetBackend(signer.preset) }]
    case 'api':
      return [{ path: backendFile(language), text: OWN_BACKEND }]
    case 'openid':
      return [
        { path: `${source}provider.${language}`, text: provider(language === 'ts') },
        { path: `${source}app/auth/[action]/route.${language}`, text: ROUTE },
      ]
    case 'own-users':
    case 'auth-server':
      return []
  }
}

/** The file that `withGateway()` is told of; null when it needs none. */
export function backendOption(signer: Signer, language: App['language']): string | null {
  return signer.kind === 'preset' || signer.kind === 'api' ? `./${backendFile(language)}` : null
}

const backendFile = (language: App['language']) => `session-backend.${language === 'ts' ? 'ts' : 'mjs'}`

const presetBackend = (preset: string) => `import { apiBackend, ${preset} } from 'evergate/backend'

export default apiBackend(${preset})
`

const OWN_BACKEND = `import { apiBackend } from 'evergate/backend'

// \`npx evergate doctor --probe\` says what your API answers, and proposes this object.
export default apiBackend({
  signIn: '/login',
  refresh: { path: '/refresh', refreshToken: 'body:refreshToken' },
})
`

const provider = (
  types: boolean,
) => `${types ? "import type { OAuth2Options } from 'evergate/oauth2'\n\n" : ''}export const provider${types ? ': OAuth2Options' : ''} = {
  issuer: process.env.OPENID_ISSUER ?? '',
  clientId: process.env.CLIENT_ID ?? '',
  clientAuthentication: { method: 'client_secret_basic', secret: process.env.CLIENT_SECRET ?? '' },
}
`

const ROUTE = `import { createSignInRoutes } from 'evergate/oauth2'
import { provider } from '../../../provider'

// The address of this route, as browsers see it. The provider knows \`…/callback\` below it.
export const { GET, POST } = createSignInRoutes({ ...provider, url: process.env.SIGN_IN_URL ?? 'http://localhost:3000/auth' })
`
