import { createGateway } from 'evergate/next'
import { NextResponse } from 'next/server'

const PUBLIC = [
  '/',
  '/login',
  '/robots.txt',
  '/sitemap.xml',
  '/manifest.webmanifest',
  '/opengraph-image/:path*',
  '/_next/:path*',
  '/icon.svg',
  '/photo.png',
  '/letters.woff2',
  '/sw.js',
  '/open/:path*',
  '/api/handler',
  '/legacy/server',
]

export const middleware = createGateway({
  rules: PUBLIC.map((path) => ({ path, require: 'public' as const })),
  allowedOrigins: ['https://shop.example'],
  refused(request, _outcome, response) {
    if (request.nextUrl.pathname === '/api/rates') response.headers.set('x-support', 'help@shop.example')
    return response
  },
  next(request, session) {
    const { pathname, search } = request.nextUrl
    if (pathname.startsWith('/elsewhere/') || pathname === '/own-ws')
      return NextResponse.rewrite(new URL(pathname + search, process.env.UPSTREAM))
    if (pathname.startsWith('/detour/'))
      return NextResponse.rewrite(new URL(pathname.replace('/detour/', '/legacy-api/'), request.url))
    if (!pathname.startsWith('/legacy-api/') || !session) return undefined
    // The other server is sent no cookie of the session; a bearer token says who asks.
    const headers = new Headers(request.headers)
    headers.set('authorization', `Bearer ${session.accessToken}`)
    return NextResponse.next({ request: { headers } })
  },
})
