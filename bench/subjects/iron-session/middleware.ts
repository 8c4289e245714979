import { getIronSession, nextProxyCookies } from 'iron-session'
import { type NextRequest, NextResponse } from 'next/server'
import { options } from './options'

export async function middleware(request: NextRequest) {
  const response = NextResponse.next()
  const session = await getIronSession<{ userId: string }>(nextProxyCookies(request, response), options)
  return session.userId ? response : NextResponse.redirect(new URL('/login', request.url))
}
