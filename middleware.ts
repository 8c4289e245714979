import { createGateway } from 'evergate/next'
import { NextResponse } from 'next/server'

export const middleware = createGateway({
  rules: [
    { path: '/', require: 'public' },
    { path: '/login', require: 'public' },
    { path: '/register', require: 'public' },
    { path: '/api/logout', require: 'public' },
    { path: '/icon.svg', require: 'public' },
    { path: '/api/refreshresttokens', require: 'session', renew: 'always' },
    { path: '/admin/:path*', require: { roles: ['admin'] } },
  ],
  next: (request) => {
    if (request.nextUrl.pathname === '/me') return NextResponse.rewrite(new URL('/dashboard', request.url))
  },
})

export const config = {
  matcher: '/((?!_next/static/|_next/image/).*)',
}
