import type { NextRequest } from 'next/server'
import { NextResponse } from 'next/server'
import { authMiddleware, redirectToLogin } from 'next-firebase-auth-edge'
import { options } from './options'

export function middleware(request: NextRequest) {
  const toLogin = async () => redirectToLogin(request, { path: '/login', publicPaths: ['/login'] })
  return authMiddleware(request, {
    ...options,
    cookieSignatureKeys: [...options.cookieSignatureKeys],
    handleValidToken: async (_tokens, headers) => NextResponse.next({ request: { headers } }),
    handleInvalidToken: toLogin,
    handleError: toLogin,
  })
}
