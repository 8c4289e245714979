import type { Protection } from '../protection.ts'

const signIn = 'lib/oauth2/sign-in.ts'
const routes = 'lib/oauth2/sign-in-routes.test.ts'
const stepUp = 'lib/oauth2/step-up.test.ts'
const ended = 'lib/ended'
const gateway = `${ended}/gateway.test.ts`

/** Protections where another server makes the tokens, or says which sessions have ended. */
export const providers: readonly Protection[] = [
  {
    row: 'ASVS 6.8.4, 7.6.1',
    file: signIn,
    test: stepUp,
    without: { 'if (!isSufficient(idToken, found.attempt.required, settings.clock() / 1000))': 'if (false)' },
  },
  {
    row: 'ASVS 6.8.4, 7.6.1',
    file: 'lib/oauth2/step-up.ts',
    test: stepUp,
    without: {
      'const TOLERANCE = 5': 'const TOLERANCE = 500',
      "...(required.authenticatedWithin !== undefined && { prompt: 'login' }),": '',
      "authenticatedAt: auth_time ?? null, acr: typeof acr === 'string' ? acr : null":
        'authenticatedAt: auth_time ?? now, acr: null',
    },
  },
  {
    row: 'RFC 6749 10.12, RFC 7636',
    file: signIn,
    test: routes,
    without: {
      "code_challenge_method: 'S256',": '',
      'code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),': '',
      'state: attempt.state,': '',
      'nonce: attempt.nonce,': '',
    },
  },
  {
    row: 'RFC 6749 10.12, RFC 7636',
    file: 'lib/oauth2/attempt.ts',
    test: routes,
    without: {
      'opened.state !== state || ': '',
      'others.slice(0, Math.max(0, others.length - MOST + 1))': '[]',
      "sameSite: 'lax'": "sameSite: 'none'",
    },
  },
  {
    row: 'RFC 9207 (mix-up)',
    file: signIn,
    test: routes,
    without: {
      'oauth.validateAuthResponse(server, client, callback, state)':
        "(callback.delete('iss'), oauth.validateAuthResponse({ ...server, authorization_response_iss_parameter_supported: false }, client, callback, state))",
    },
  },
  {
    row: '[RFC 8725 3.11]',
    file: 'lib/gateway/token/sealed.ts',
    test: 'lib/backend/wrapping.test.ts',
    without: { "header !== headerOf(kind) || none !== ''": "none !== ''" },
  },
  {
    row: '[RFC 9700 4.14]',
    file: 'lib/gateway/token/sealed.ts',
    test: 'lib/backend/wrapping.test.ts',
    without: {
      'new Uint8Array(await crypto.subtle.encrypt(parameters(iv, header), key, plain))':
        'new Uint8Array([...plain, ...new Uint8Array(16)])',
    },
  },
  {
    row: 'ASVS 7.4.1, 10.4.9',
    file: `${ended}/list.ts`,
    test: gateway,
    title: 'ASVS 7.4.1',
    without: { 'const session = sessions.get(sid)': 'const session = undefined' },
  },
  {
    row: 'ASVS 15.2.2 a feed that lies',
    file: `${ended}/read-answer.ts`,
    test: gateway,
    title: 'ASVS 15.2.2',
    without: {
      "if (entries.length > most) throw new FeedError('size')": '',
      "if (!isJsonObject(answer)) throw new FeedError('misfit')": '',
    },
  },
  {
    row: 'ASVS 15.2.2 a feed that lies',
    file: `${ended}/ended-feed.ts`,
    test: `${ended}/ended-feed.test.ts`,
    without: { "if (text === null) throw new FeedError('size')": '', "redirect: 'manual',": '' },
  },
  {
    row: 'ASVS 15.2.2 a feed that lies',
    file: `${ended}/list.ts`,
    test: `${ended}/list.test.ts`,
    without: {
      "if (sessions.size + users.size + accesses.size >= most) throw new FeedError('size')": '',
      'const isFuture = entry.endedAt > now + LEEWAY': 'const isFuture = false',
      'sweep(sessions, (packed) => isOver(endOf(packed)))': '',
      'endedAt + longestLife * 1000 + LEEWAY <= now': 'endedAt + longestLife * 1000 <= now',
    },
  },
  {
    row: 'ASVS 15.2.2 a feed that lies',
    file: 'auth-server/routes/ended.ts',
    test: 'auth-server/routes/ended.test.ts',
    without: {
      'if (streams >= MOST_STREAMS)': 'if (false)',
      'Math.min(Number(wait), LONGEST_WAIT_S)': 'Number(wait)',
    },
  },
  {
    row: 'ASVS 8.3.2 changed roles',
    file: `${ended}/list.ts`,
    test: gateway,
    title: 'ASVS 8.3.2',
    without: { 'return endedAt > 0 && issuedAt * 1000 < endedAt + UNDER_WAY': 'return false' },
  },
  {
    row: 'RFC 8417, RFC 8935',
    file: 'lib/security-events/verify.ts',
    test: 'lib/security-events/receive.test.ts',
    title: 'RFC 8417, RFC 8935',
    without: {
      "typ: 'secevent+jwt',": '',
      '        issuer,\n        audience,\n        required': '        audience,\n        required',
      '        audience,\n        required': '        required',
      "if ('nonce' in payload) throw new SecurityEventError('invalid_request', 'nonce')": '',
      'iat > now / 1000 + AHEAD': 'false',
      'iat < now / 1000 - maxAge': 'false',
      "if (entries.length === 0) throw new SecurityEventError('invalid_request', 'events')": '',
      "jti === '' || ": '',
    },
  },
]
