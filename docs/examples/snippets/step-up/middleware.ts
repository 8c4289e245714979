// middleware.ts
import { createGateway } from 'evergate/next'

export const middleware = createGateway({
  rules: [
    { path: '/login', require: 'public' },
    { path: '/billing/:path*', require: { authenticatedWithin: 300 } },
    { path: '/vault', require: { roles: ['keeper'], acr: ['urn:example:two-factors'] } },
  ],
})
