import type { Protection } from '../protection.ts'

const headers = 'lib/next/backend-headers.ts'
const headersTest = 'lib/next/backend-headers.test.ts'
const stepUp = 'lib/gateway/decision/step-up.ts'
const server = 'lib/next/server'
const connections = `${server}/connections.ts`

/** Protections of the app's own part: the proxy, bodies, open streams, step-up. */
export const app: readonly Protection[] = [
  {
    row: 'ASVS 7.5.1, 7.5.3 (a young',
    file: stepUp,
    test: 'lib/gateway/decision/step-up.test.ts',
    without: {
      'Math.abs(now - (authenticatedAt ?? 0)) > authenticatedWithin ||': '',
      'Math.abs(now - (authenticatedAt ?? 0))': '(now - (authenticatedAt ?? 0))',
      "acr?.includes(presented ?? '') === false": 'false',
    },
  },
  {
    row: 'ASVS 7.5.1, 7.5.3 (a young',
    file: 'lib/gateway/decision/policy.ts',
    test: 'lib/gateway/decision/policy.test.ts',
    title: 'RFC 9470',
    without: {
      " && access !== 'insufficient') return access === 'allowed'": ") return access !== 'role-missing'",
    },
  },
  {
    row: 'ASVS 7.5.1, 7.5.3 (a young',
    file: 'lib/next/require-session.ts',
    test: 'lib/next/require-session.test.ts',
    without: {
      'if (unmetBy(session, isBound ? withoutDevice([options]) : [options], now)) {': 'if (false) {',
      'return unmet ? unauthenticated(': 'return false ? unauthenticated(',
    },
  },
  {
    row: 'ASVS 7.3.2, 7.4.1 for what is open',
    file: 'lib/gateway/signal/when-session-ends.ts',
    test: 'lib/gateway/signal/when-session-ends.test.ts',
    without: {
      'const ends = [endsAt, endsWithToken': 'const ends = [null, endsWithToken',
      'endsWithToken ? session.expiresAt : null': 'null',
      'left > LONGEST_TIMER ? wait : then': 'then',
    },
  },
  {
    row: 'ASVS 7.3.2, 7.4.1 for what is open',
    file: 'lib/gateway/signal/ended.ts',
    test: 'lib/gateway/signal/when-session-ends.test.ts',
    without: { 'entry.listener()': '', 'if (hasEnded(entry.session)) {': '{' },
  },
  {
    row: 'ASVS 7.3.2, 7.4.1 for what is open',
    file: 'lib/next/backend-proxy.ts',
    test: 'lib/next/session-signal.test.ts',
    without: { 'AbortSignal.any([request.signal, ending])': 'request.signal' },
  },
  {
    row: 'ASVS 7.3.2, 7.4.1 for what is open',
    file: 'docs/examples/snippets/step-up/sockets.ts',
    test: 'scripts/docs/step-up.test.ts',
    title: 'WebSockets',
    without: { 'endsWithToken: true': 'endsWithToken: false' },
  },
  {
    row: 'ASVS 10.1.1, OAuth browser-based apps',
    file: headers,
    test: headersTest,
    without: {
      'pick(received, [...ASKED, ...settings.forwardHeaders])': 'pick(received, [...received.keys()])',
      'return removeSession(headers, settings)': 'return headers',
      ' && !NEVER.test(name.toLowerCase())': '',
      '...(trustProxy ? OF_THE_PROXY : [])': '...OF_THE_PROXY',
    },
  },
  {
    row: 'RFC 9110 7.6.1 (hop-by-hop',
    file: headers,
    test: headersTest,
    without: {
      'if (/^[\\w-]+$/.test(name.trim())) headers.delete(name.trim())': '',
      'for (const [name, value] of told(received, settings)) headers.set(name, value)':
        "for (const [name, value] of told(received, settings)) if (!received.get('connection')?.includes(name)) headers.set(name, value)",
    },
  },
  {
    row: 'ASVS 3.2.1 (an API',
    file: headers,
    test: headersTest,
    without: {
      'pick(received, [...ANSWERED, ...settings.relayHeaders])': 'pick(received, [...received.keys()])',
      "headers.set('content-security-policy', SANDBOX)": '',
      "headers.set(SANDBOX_MARK, '1')": '',
      "if (DOCUMENT.test(type)) headers.set('content-type', 'text/plain; charset=utf-8')": '',
      "headers.set('x-content-type-options', 'nosniff')": '',
      "headers.set('cache-control', 'private, no-store')": '',
      'if (STEP_UP.test(challenge))': 'if (challenge)',
      "settings.relayCookies.includes(parseSetCookie(cookie, 0)?.name ?? '')": 'true',
    },
  },
  {
    row: 'CWE-918, CWE-22',
    file: 'lib/next/backend-url.ts',
    test: 'lib/next/backend-url.test.ts',
    without: {
      'if (leavesItsFolder(decodeFully(path))) return undefined': '',
      'leavesItsFolder(decodeFully(path))': 'leavesItsFolder(decodeURIComponent(path))',
      'OVERLONG.test(decoded) || ': '',
      ".replace(WIDE, (_, last: string) => USUAL[last] ?? '')": '',
      ".replace(DROPPED, '')": '',
      "|| !pathAndQuery.startsWith('/')": '',
      '(?:;|$)': '$',
    },
  },
  {
    row: 'CWE-770 (bodies',
    file: `${server}/request-body.ts`,
    test: `${server}/guard.test.ts`,
    without: {
      'if (told === undefined) limit(request, response, maxSize)': '',
      "if (told === undefined || Number(told) > SMALL) return 'handler'": '',
      'request.complete || request.destroy()': 'request.complete',
    },
  },
  {
    row: 'ASVS 15.2.2 half-sent requests to the app',
    file: connections,
    test: `${server}/connections.test.ts`,
    without: { 'setTimeout(() => socket.destroy(), headersTimeout)': 'setTimeout(() => {}, headersTimeout)' },
  },
  {
    row: 'ASVS 14.3.1 (clear client data)',
    file: 'lib/next/sign-out-headers.ts',
    test: 'lib/next/sign-out-headers.test.ts',
    without: {
      '...(clearSiteData && {': '...({',
      '\'"cache", "storage"\'': '\'"cache", "cookies", "storage"\'',
    },
  },
  {
    row: 'ASVS 7.4.1 (sign-out ends the session',
    file: 'lib/gateway/gateway.ts',
    test: 'lib/gateway/token/signed-out.test.ts',
    without: {
      'situationOf(facts, token, mark.sid, ended,': 'situationOf(facts, token, null, ended,',
      "claims.sid === signedOutSid ? 'signed_out' : endedSessions?.told(claims)":
        'endedSessions?.told(claims)',
    },
  },
  {
    row: 'ASVS 7.4.1 (sign-out ends the session',
    file: 'lib/gateway/token/signed-out.ts',
    test: 'lib/gateway/token/signed-out.test.ts',
    without: {
      "await tokens.verify('signed-out+jwt', mark, now)":
        "JSON.parse(atob(mark.split('.')[1] ?? '') || '{}')",
    },
  },
  {
    row: 'ASVS 15.3.4 the client',
    file: 'lib/gateway/request/facts.ts',
    test: 'lib/gateway/request/visitor-address.test.ts',
    without: { '.at(-proxies)': '.at(0)', '(proxies && headers.get': '(headers.get' },
  },
  {
    row: 'ASVS 15.3.4 the client',
    file: connections,
    test: `${server}/connections.test.ts`,
    title: 'ASVS 15.3.4',
    without: {
      "else headers['x-forwarded-for'] = remoteAddress": '',
      "server.prependListener('upgrade', meet)": 'void meet',
      "if (trustedProxies(env) === 0) env[SOCKET_ADDRESS_VARIABLE] = '1'":
        "env[SOCKET_ADDRESS_VARIABLE] = '1'",
    },
  },
  {
    row: 'ASVS 10.1.1, OAuth browser-based apps',
    file: `${server}/hidden-cookies.ts`,
    test: `${server}/guard.test.ts`,
    title: 'what Next writes into a request of `Set-Cookie`',
    without: {
      "Object.defineProperty(this.headers, 'set-cookie'": "Object.defineProperty({}, 'set-cookie'",
    },
  },
  {
    row: 'ASVS 3.2.1 (an API',
    file: `${server}/sandbox.ts`,
    test: `${server}/guard.test.ts`,
    title: 'an answer that asks for it has the sandbox',
    without: { '[...new Set([...others, SANDBOX])]': 'others', 'response.removeHeader(SANDBOX_MARK)': '' },
  },
  {
    row: 'ASVS 7.3.2, 7.4.1 for what is open',
    file: 'lib/next/session-signal.ts',
    test: 'lib/next/session-signal.test.ts',
    without: {
      'const abort = () => controller.abort(ended())': 'const abort = () => {}',
      'endsWithToken ? session.expiresAt : Infinity)': 'Infinity)',
    },
  },
]
