import { createGateway } from 'evergate/next'
import createIntlMiddleware from 'next-intl/middleware'

const intl = createIntlMiddleware({ locales: ['en', 'de'], defaultLocale: 'en' })

export const middleware = createGateway({
  rules: [
    { path: '/:locale?', require: 'public' },
    { path: '/:locale?/login', require: 'public' },
    { path: '/:locale?/admin/:path*', require: { roles: ['admin'] } },
  ],
  next: (request) => intl(request),
})

export const config = { matcher: ['/', '/((?!_next/static/).*)'] }
