import { createGateway } from 'evergate/next'
import { NextResponse } from 'next/server'

export const middleware = createGateway({
  rules: [{ path: '/login', require: 'public' }],
  next: (request, session) => {
    if (request.nextUrl.pathname === '/old') return NextResponse.redirect(new URL('/new', request.url))
    const response = NextResponse.next({ request })
    response.headers.set('x-signed-in', String(session !== null))
    return response
  },
})
