import { createGateway } from 'evergate/next'
import { NextResponse } from 'next/server'
import createIntlMiddleware from 'next-intl/middleware'
import { routing } from './i18n/routing'

const intl = createIntlMiddleware(routing)

/** Pages, with their language before them or without, as the mode wants it. */
const PUBLIC = ['/:locale?', '/:locale?/login', '/:locale?/open']

export const middleware = createGateway({
  // Its paths have no language in them: next-intl finds the page in the visitor's.
  ...(routing.localePrefix === 'never' && { signInPath: () => '/login' }),
  rules: [
    { path: '/:locale?/admin/:path*', require: { roles: ['admin'] } },
    ...PUBLIC.map((path) => ({ path, require: 'public' })),
  ],
  next: (request) => {
    const { nextUrl } = request
    if (nextUrl.pathname.replace(/\/$/, '').endsWith('/me')) {
      const url = nextUrl.clone()
      url.pathname = '/en/dashboard'
      return NextResponse.rewrite(url)
    }
    const response = intl(request)
    const { href, pathname, basePath, search } = nextUrl
    response.headers.set('x-seen', JSON.stringify({ href, pathname, basePath, search, url: request.url }))
    return response
  },
})

export const config = { matcher: ['/', '/((?!_next/).*)'] }
