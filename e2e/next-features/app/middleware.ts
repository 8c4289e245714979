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
  '/photo.png',
  '/letters.woff2',
  '/sw.js',
  '/open/:path*',
]

export const middleware = createGateway({
  rules: PUBLIC.map((path) => ({ path, require: 'public' as const })),
  next: ({ nextUrl: { pathname, search } }) =>
    pathname.startsWith('/elsewhere/') || pathname === '/own-ws'
      ? NextResponse.rewrite(new URL(pathname + search, process.env.UPSTREAM))
      : undefined,
})
