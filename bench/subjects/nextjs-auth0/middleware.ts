import { Auth0Client } from '@auth0/nextjs-auth0/server'
import { type NextRequest, NextResponse } from 'next/server'

const auth0 = new Auth0Client()

export async function middleware(request: NextRequest) {
  const response = await auth0.middleware(request)
  if (request.nextUrl.pathname.startsWith('/auth')) return response
  const session = await auth0.getSession(request)
  return session ? response : NextResponse.redirect(new URL('/auth/login', request.nextUrl.origin))
}
