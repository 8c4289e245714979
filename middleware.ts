import { inspector } from 'evergate/inspector'
import { createGateway } from 'evergate/next'
import { openTelemetry } from 'evergate/opentelemetry'
import type { NextFetchEvent, NextRequest } from 'next/server'
import { NextResponse } from 'next/server'
import { deviceBinding } from './app/_lib/device-binding'
import { revocation } from './app/_lib/revocation'
import { asksAdminsForTwo, TWO_FACTORS } from './app/_lib/second-factor'
import { demoBackend, watch } from './app/inspector/_gateway/broken-backend'
import { INSPECTOR_ROLE, isDemo, MAY_INSPECT } from './app/inspector/_lib/demo'

/** Methods that Next answers where there is a page: `POST` is a server action. */
const PAGE = ['GET', 'POST']

const ended = revocation()
const twoFactors = asksAdminsForTwo() && { acr: [TWO_FACTORS] }

const gateway = createGateway({
  rules: [
    { path: '/', require: 'public', methods: PAGE },
    { path: '/login', require: 'public', methods: PAGE },
    { path: '/register', require: 'public', methods: PAGE },
    ...['/forgot', '/reset', '/verify', '/confirm-email'].map(
      (path) => ({ path, require: 'public', methods: PAGE }) as const,
    ),
    { path: '/api/logout', require: 'public', methods: ['POST'] },
    { path: '/api/refreshresttokens', require: 'session', renew: 'always', methods: ['POST'] },
    { path: '/api/session', require: 'session', methods: ['GET'] },
    { path: '/dashboard', require: 'session', methods: PAGE },
    { path: '/sessions/:path*', require: 'session', methods: PAGE },
    { path: '/admin/:path*', require: { roles: ['admin'], ...twoFactors }, methods: PAGE },
    { path: '/inspector/:path*', require: MAY_INSPECT, methods: PAGE },
  ],
  telemetry: openTelemetry(),
  ...(ended && { revocation: ended }),
  deviceBinding: deviceBinding(),
  inspector: inspector({ role: INSPECTOR_ROLE }),
  ...(isDemo() && { backend: demoBackend }),
  next: (request) => {
    const headers = new Headers(request.headers)
    const policy = contentSecurityPolicy(crypto.randomUUID())
    // Next finds the nonce here and gives it to its scripts.
    headers.set(CSP, policy)
    const init = { request: { headers } }
    const response =
      request.nextUrl.pathname === '/me'
        ? NextResponse.rewrite(pathOf(request, '/dashboard'), init)
        : NextResponse.next(init)
    response.headers.set(CSP, policy)
    return response
  },
})

export const middleware = (request: NextRequest, event: NextFetchEvent) =>
  watch(request, () => gateway(request, event))

/** A page's address, below the `basePath` where there is one. */
function pathOf({ nextUrl }: NextRequest, pathname: string): NextRequest['nextUrl'] {
  const url = nextUrl.clone()
  url.pathname = pathname
  return url
}

const CSP = 'content-security-policy'

/** Scripts run with the nonce or because such a script loads them. React needs `eval` for its messages in development. */
function contentSecurityPolicy(nonce: string): string {
  const dev = process.env.NODE_ENV === 'development'
  return `default-src 'self'; script-src 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}; style-src 'self'${dev ? " 'unsafe-inline'" : ''}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`
}

export const config = {
  // Everything but the build's own files. The first is for the start page below a `basePath`, which the second does not match.
  matcher: ['/', '/((?!_next/static/).*)'],
}
