// middleware.ts
import { createGateway } from 'evergate/next'
import { oauth2Backend } from 'evergate/oauth2'
import { provider } from './provider'

export const middleware = createGateway({
  backend: oauth2Backend(provider),
  rules: [
    { path: '/login', require: 'public' },
    { path: '/auth/:path*', require: 'public' },
  ],
})

export const config = { matcher: ['/', '/((?!_next/static/).*)'] }
