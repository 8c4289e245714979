import { createSignInRoutes, oauth2Backend } from 'evergate/oauth2'
import { ended } from './ended-sessions'
import { provider } from './provider'

// in app/auth/[action]/route.ts
export const { GET, POST } = createSignInRoutes({
  ...provider,
  url: 'https://app.example/auth',
  onBackchannelLogout: ({ sid, sub }) => ended.add(sid ?? sub),
})

// in middleware.ts
export const backend = oauth2Backend({
  ...provider,
  isEnded: async ({ providerSid, sub }) => (await ended.has(providerSid)) || (await ended.has(sub)),
})
