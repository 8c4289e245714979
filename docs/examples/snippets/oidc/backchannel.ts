import { createGateway } from 'evergate/next'
import { createSignInRoutes, oauth2Backend } from 'evergate/oauth2'
import { endings } from './ended-sessions'
import { provider } from './provider'

// in app/auth/[action]/route.ts
export const { GET, POST } = createSignInRoutes({
  ...provider,
  url: 'https://app.example/auth',
  onBackchannelLogout: endings.onBackchannelLogout,
})

// in proxy.ts
export const proxy = createGateway({
  backend: oauth2Backend({ ...provider, isEnded: endings.isEnded }),
  revocation: endings.revocation,
})
