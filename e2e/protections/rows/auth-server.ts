import type { Protection } from '../protection.ts'

const server = 'auth-server/server'
const silence = `${server}/silence.test.ts`
const errors = 'auth-server/http/answer-errors.ts'
const limitsTest = 'auth-server/routes/sign-in-limits.each-store.test.ts'

/** Protections of the auth server as a server: bounds, silence, and what it does when its store is down. */
export const authServer: readonly Protection[] = [
  {
    row: 'ASVS 6.3.2 default accounts',
    file: 'auth-server/setup.ts',
    test: 'auth-server/setup.test.ts',
    without: {
      "process.env.NODE_ENV === 'production' && !address.value.isDefault": 'false',
      'isLoopback(host.value)': 'host.value',
    },
  },
  {
    row: 'ASVS 6.3.2 default accounts',
    file: 'auth-server/main.ts',
    test: 'auth-server/main.test.ts',
    title: 'ASVS 6.3.2',
    without: { 'if (open.length > 0) fail(...open.map((email) => published(email, host)))': '' },
  },
  {
    row: 'ASVS 15.2.2, RFC 9110 15.5.9',
    file: `${server}/server.ts`,
    test: `${server}/server.test.ts`,
    without: {
      'createServer(times, app)': 'createServer({ ...times, headersTimeout: 0, requestTimeout: 0 }, app)',
      'server.maxConnections = maxConnections': '',
      'maxHeaderSize: 16_384': 'maxHeaderSize: 65_536',
    },
  },
  {
    row: 'ASVS 15.2.2, RFC 9110 15.5.9',
    file: 'auth-server/http/body.ts',
    test: `${server}/app.test.ts`,
    title: 'what cannot be understood',
    without: {
      "if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw payloadTooLarge()": '',
      'limit: MAX_BODY_BYTES, ': 'limit: 1_000_000, ',
      'inflate: false': 'inflate: true',
    },
  },
  {
    row: 'ASVS 16.2.5 nothing secret in the logs',
    file: 'auth-server/tokens/refresh.ts',
    test: silence,
    title: 'ASVS 16.2.5',
    without: {
      "return refused({ reason: 'not-ours', ...(sid && { claimedSid: sid }) })":
        "return refused({ reason: 'not-ours', claimedSid: token })",
    },
  },
  {
    row: 'ASVS 16.2.5 nothing secret in the logs',
    file: 'auth-server/observe/logger.ts',
    test: 'auth-server/observe/logger.test.ts',
    without: {
      'redact: { paths: [...paths, ...paths.map((path) => `*${path}`), ...paths.map((path) => `*.*${path}`)] },':
        '',
      'serializers: { err: describeError },': '',
    },
  },
  {
    row: 'ASVS 16.4.1 log injection',
    file: 'auth-server/observe/audit.ts',
    test: silence,
    title: 'ASVS 16.4.1',
    without: {
      '{ audit: true, ...event, ...subject }, event.event':
        'JSON.parse(`{"audit":true,${Object.entries({ ...event, ...subject }).map(([name, value]) => `"${name}":"${value}"`)}}`), event.event',
    },
  },
  {
    row: 'ASVS 16.5.1 errors say nothing',
    file: errors,
    test: `${server}/app.test.ts`,
    title: 'ASVS 16.5.1',
    without: { "'Something went wrong here.'": 'String(error)' },
  },
  {
    row: 'ASVS 16.5.1 errors say nothing',
    file: errors,
    test: silence,
    title: 'ASVS 16.5.1',
    without: {
      "'The request cannot be read.'": 'String(error)',
      "'This encoding is not understood here.'": 'String(error)',
    },
  },
  {
    row: 'ASVS 16.5.2, 16.5.3',
    file: errors,
    test: 'auth-server/routes/refresh.test.ts',
    title: 'ASVS 16.5.2, 16.5.3',
    without: {
      "if (error instanceof StoreError) return temporarilyUnavailable('The store cannot be reached just now.')":
        "if (error instanceof StoreError) return new ApiError(403, 'session_revoked', '')",
    },
  },
  {
    row: 'ASVS 16.5.2, 16.5.3',
    file: 'auth-server/limits/limits.ts',
    test: 'auth-server/limits/limits.test.ts',
    title: 'ASVS 16.5.3',
    without: { 'limiter.get(key)))': 'limiter.get(key).catch(() => null)))' },
  },
  {
    row: 'ASVS 16.5.2, 16.5.3',
    file: 'auth-server/store/guard.ts',
    test: limitsTest,
    title: 'while the counters cannot be reached',
    without: { 'throw explain(error)': 'throw error' },
  },
  {
    row: 'ASVS 16.5.1 errors say nothing',
    file: `${server}/app.ts`,
    test: `${server}/app.test.ts`,
    without: { 'app.use(answerErrors(logger))': '' },
  },
]
