import { createGateway } from 'evergate/next'
import { NextResponse } from 'next/server'

export const middleware = createGateway({
  rules: [{ path: '/login', require: 'public' }],
  next: (request) => {
    if (request.nextUrl.pathname !== '/me') return undefined
    const url = request.nextUrl.clone()
    url.pathname = '/dashboard'
    return NextResponse.rewrite(url)
  },
})
