import { jwtVerify } from 'jose'
import { type NextRequest, NextResponse } from 'next/server'
import { claims, secret } from './options'

const key = crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])

export async function middleware(request: NextRequest) {
  try {
    await jwtVerify(request.cookies.get('accessToken')?.value ?? '', await key, claims)
    return NextResponse.next()
  } catch {
    return NextResponse.redirect(new URL('/login', request.url))
  }
}
