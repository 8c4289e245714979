import type { Protection } from '../protection.ts'

const request = 'lib/gateway/request'
const sameOrigin = `${request}/same-origin.ts`
const returnTo = 'lib/gateway/response/return-to.ts'
const routes = `${request}/routes.ts`
const cors = 'lib/gateway/cors.test.ts'
const cost = 'lib/gateway/cost.test.ts'

/** Protections against other sites, and against other ways of writing a path. */
export const gatewayRequests: readonly Protection[] = [
  {
    row: 'ASVS 3.4.2 (CORS)',
    file: 'lib/gateway/response/cors.ts',
    test: cors,
    without: {
      'if (allowedOrigins.length === 0) return response': '',
      'origin !== undefined && allowedOrigins.includes(origin)': 'origin !== undefined',
    },
  },
  {
    row: 'ASVS 3.5.1, 3.5.2 (CSRF)',
    file: sameOrigin,
    test: `${request}/same-origin.test.ts`,
    title: 'ASVS 3.5.1',
    without: {
      "return secFetchSite === 'same-origin' || secFetchSite === 'none'": 'return true',
      '!carriesSession : sameOrigin(origin, address)': 'true : sameOrigin(origin, address)',
      ': sameOrigin(origin, address)': ': true',
      'return origin !== undefined && origin === originOf(other)':
        'return origin !== undefined && new URL(one).hostname === new URL(other).hostname',
    },
  },
  {
    row: 'ASVS 3.5.1, 3.5.2 (CSRF)',
    file: sameOrigin,
    test: cors,
    title: 'ASVS 3.5.1',
    without: {
      'return origin !== undefined && origin === originOf(other)':
        'return origin !== undefined && new URL(one).host === new URL(other).host',
    },
  },
  {
    row: 'ASVS 3.5.1, 3.5.2 (CSRF)',
    file: 'lib/gateway/gateway.ts',
    test: cors,
    without: { 'if (!facts.sameOrigin) {': 'if (false) {' },
  },
  {
    row: 'ASVS 3.5.3 (methods)',
    file: routes,
    test: 'lib/gateway/methods.test.ts',
    without: {
      "!methods || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))": 'true',
    },
  },
  {
    row: 'ASVS 3.7.2, RFC 9700 4.11',
    file: returnTo,
    test: 'lib/gateway/response/return-to.test.ts',
    title: 'ASVS 3.7.2, RFC 9700 4.11',
    without: {
      "if (pathname.startsWith('//')) return fallback": '',
      "value.startsWith('/') && !": '!',
      "!value.startsWith('//') && ": '',
      ' && !/[\\\\\\p{Cc}\\p{Z}]/u.test(value)': '',
    },
  },
  {
    row: 'ASVS 7.4.1, 10.4.5 as the person sees it',
    file: returnTo,
    test: 'lib/gateway/response/return-to.test.ts',
    title: 'ASVS 7.4.1',
    without: { "REASONS.get(endedBy ?? '')": 'endedBy' },
  },
  {
    row: 'ASVS 7.4.1, 10.4.5 as the person sees it',
    file: 'lib/gateway/gateway.ts',
    test: 'lib/gateway/token/signed-out.test.ts',
    title: 'why a session has ended',
    without: { 'endedBy: endedBy ?? mark.endedBy': 'endedBy' },
  },
  {
    row: 'ASVS 8.2.1, 8.3.1',
    file: routes,
    test: `${request}/routes.test.ts`,
    without: {
      '[PROTECTED, ...readings(pathname).map(routeOf)]': '[routeOf(pathname)]',
      '[...new Set([rendered, ...pages(literal)])].map(routeOf)': '[routeOf(literal)]',
      'filePattern?.test(path) ? OPEN : PROTECTED': 'filePattern?.test(path) ? OPEN : PUBLIC',
      "decoded === '/index' ? '/' : decoded": 'decoded',
      "const mergeSlashes = (path: string) => path.replace(/\\/{2,}/g, '/').replace(/(.)\\/$/s, '$1')":
        'const mergeSlashes = (path: string) => path',
    },
  },
  {
    row: 'ASVS 8.2.1 below a `basePath`',
    file: `${request}/facts.ts`,
    test: `${request}/base-path.test.ts`,
    without: {
      'pathname: withoutBasePath(pathname)': 'pathname',
    },
  },
  {
    row: 'ASVS 8.2.1 below a `basePath`',
    file: 'lib/next/config/config.ts',
    test: 'lib/next/config/config.test.ts',
    title: 'of the Pages Router fail the build',
    without: { '...languageProblems(config),': '' },
  },
  {
    row: 'ASVS 8.2.1 below a `basePath`',
    file: 'lib/next/config/config.ts',
    test: 'lib/next/config/config.test.ts',
    title: 'the basePath is handed on',
    without: { '...(basePath && { basePath }),': '' },
  },
  {
    row: 'CWE-770 (bodies',
    file: `${request}/size.ts`,
    test: `${request}/size.test.ts`,
    without: {
      '> bodySizeOf(pathname)': '> Number.POSITIVE_INFINITY',
      'const DEFAULT_BODY_SIZE = 10_485_760': 'const DEFAULT_BODY_SIZE = 104_857_600',
    },
  },
  {
    row: 'CWE-407 (each parser',
    file: `${request}/size.ts`,
    test: `${request}/size.test.ts`,
    without: { 'const MAX_PATH_LENGTH = 2048': 'const MAX_PATH_LENGTH = Number.POSITIVE_INFINITY' },
  },
  {
    row: 'CWE-407 (each parser',
    file: routes,
    test: cost,
    // One character after the other, which throws for each that is none.
    without: {
      'text.replace(ENCODED, decodeURIComponent)': `text.replace(/%[\\da-f]{2}/gi, (one) => {
    try {
      return decodeURIComponent(one)
    } catch {
      return one
    }
  })`,
    },
  },
  {
    row: 'CWE-407 (each parser',
    file: returnTo,
    test: cost,
    without: {
      [`search
    .slice(1)
    .split('&')
    .filter((part) => !/^_rsc(=|$)/.test(part))`]:
        "[...new URLSearchParams(search)].filter(([name]) => name !== '_rsc')",
    },
  },
  {
    row: 'CWE-407 (each parser',
    file: 'lib/next/backend-url.ts',
    test: 'lib/next/backend-url.test.ts',
    title: 'decoding costs no more than the length',
    // Layer by layer.
    without: {
      'const decoded: string[] = []': `for (let text = path; ; ) {
    const less = text.replace(/%[\\da-f]{2}/gi, (one) => String.fromCharCode(Number.parseInt(one.slice(1), 16)))
    if (less === text) return text
    text = less
  }
  const decoded: string[] = []`,
    },
  },
  {
    row: 'ASVS 7.4.1, 10.4.5 as the person sees it',
    file: 'lib/gateway/token/signed-out.ts',
    test: 'lib/gateway/token/signed-out.test.ts',
    title: 'why a session has ended',
    without: {
      'endedBy: textOr(payload.ended)': 'endedBy: null',
      'sid: signedOutSid, ended: endedBy': 'sid: null, ended: endedBy',
    },
  },
  {
    row: 'ASVS 8.2.1 below a `basePath`',
    file: routes,
    test: 'lib/gateway/response/sign-in-path.test.ts',
    title: 'rules with `:locale` in them',
    without: { "compilePath(path, require === 'public' ? anyLocale : '')": "compilePath(path, '')" },
  },
]
