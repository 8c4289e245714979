import { createGateway } from 'evergate/next'

export const middleware = createGateway({
  rules: [
    { path: '/', require: 'public' },
    { path: '/login', require: 'public' },
    { path: '/admin/:path*', require: { roles: ['admin'] } },
  ],
})

export const config = { matcher: ['/', '/((?!_next/static/).*)'] }
