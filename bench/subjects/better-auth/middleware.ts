import { getCookieCache } from 'better-auth/cookies'
import { type NextRequest, NextResponse } from 'next/server'

export async function middleware(request: NextRequest) {
  const session = await getCookieCache(request, { isSecure: false })
  return session ? NextResponse.next() : NextResponse.redirect(new URL('/login', request.url))
}
