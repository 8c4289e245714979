// app/auth/[action]/route.ts
import { createSignInRoutes } from 'evergate/oauth2'
import { provider } from '../../../provider'

export const { GET, POST } = createSignInRoutes({ ...provider, url: 'https://app.example/auth' })
