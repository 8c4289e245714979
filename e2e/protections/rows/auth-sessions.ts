import type { Protection } from '../protection.ts'

const routes = 'auth-server/routes'
const newSession = `${routes}/new-session.each-store.test.ts`
const account = `${routes}/account.test.ts`
const reauthentication = `${routes}/reauthentication.test.ts`
const bearer = 'auth-server/http/bearer.ts'
const admin = `${routes}/admin`

/** Protections of beginning and ending sessions. */
export const authSessions: readonly Protection[] = [
  {
    row: 'ASVS 7.2.4 new session at sign-in',
    file: `${routes}/sign-in.ts`,
    test: `${routes}/sign-in.test.ts`,
    title: 'ASVS 7.2.4',
    without: { 'before?.sid, amr)': 'undefined, amr)' },
  },
  {
    row: 'ASVS 7.2.4 new session at sign-in',
    file: 'auth-server/tokens/session.ts',
    test: `${routes}/sign-in.test.ts`,
    title: 'ASVS 7.2.4',
    without: { 'sid: newId(random),': 'sid: replaced ?? newId(random),' },
  },
  {
    row: 'ASVS 7.2.4, 7.4.3 a changed password',
    file: `${routes}/password.ts`,
    test: newSession,
    without: { "await store.sessions.revokeAll(user.id, 'password-changed')": '0' },
  },
  {
    row: 'ASVS 7.2.4, 7.4.3 a changed password',
    file: `${routes}/sign-in.ts`,
    test: newSession,
    without: { 'before?.sid, amr)': 'undefined, amr)' },
  },
  {
    row: 'ASVS 7.2.4, 7.4.3 a changed password',
    file: `${routes}/password.ts`,
    test: account,
    title: 'ASVS 7.2.4, 7.4.3',
    without: {
      "await store.sessions.revokeAll(user.id, 'password-changed')":
        "await store.sessions.revokeAll(user.id, 'password-changed', sid)",
    },
  },
  {
    row: 'ASVS 7.5.2 sign in again',
    file: `${routes}/reauthentication.ts`,
    test: reauthentication,
    title: 'ASVS 7.5.2',
    without: {
      'if (signedInFor < settings.reauthenticateAfter * 1000) return': 'return',
      'if (!matches) throw invalidCredentials()': '',
    },
  },
  {
    row: 'ASVS 7.5.2 sign in again',
    file: `${routes}/sessions.ts`,
    test: reauthentication,
    title: 'ASVS 7.5.2',
    without: { 'if (sid !== caller.sid) await proveItIsThem(services, req, caller)': '' },
  },
  {
    row: 'ASVS 7.5.2 sign in again',
    file: `${routes}/logout.ts`,
    test: reauthentication,
    title: 'ASVS 7.5.2',
    without: { 'await proveItIsThem(services, req, caller)': '' },
  },
  {
    row: 'ASVS 7.4.1, 10.4.9',
    file: bearer,
    test: account,
    title: 'ASVS 7.4.1, 10.4.9',
    without: { ' || !isLive(session, now)': '' },
  },
  {
    row: 'ASVS 7.4.1, 10.4.9',
    file: `${routes}/logout.ts`,
    test: `${routes}/logout.test.ts`,
    without: {
      "(await store.sessions.revoke(reading.session.sid, 'signed-out'))": 'reading.session.sid',
      "await store.sessions.revokeAll(user.id, 'signed-out')": '2',
    },
  },
  {
    row: 'ASVS 13.2.2, RFC 6750 3',
    file: 'auth-server/http/shared-secret.ts',
    test: `${routes}/ended.test.ts`,
    title: 'RFC 6750 3',
    without: {
      'if (timingSafeEqual(digest(presented), expected)) return next()': 'if (presented) return next()',
    },
  },
  {
    row: 'ASVS 7.4.2, 7.4.5',
    file: 'auth-server/store/sql/users.ts',
    test: 'auth-server/users.each-store.test.ts',
    without: {
      'if (!(await setDisabledAt(id, sql`coalesce(disabled_at, ${now()})`))) return undefined': '',
    },
  },
  {
    row: 'ASVS 7.4.2, 7.4.5',
    file: 'auth-server/store/sql/users.ts',
    test: `${admin}/admin.each-store.test.ts`,
    title: 'disable a person',
    without: {
      'if (!(await setDisabledAt(id, sql`coalesce(disabled_at, ${now()})`))) return undefined': '',
      "return await revokeAll(id, 'user-disabled')\n    },\n    async enable":
        'return 2\n    },\n    async enable',
    },
  },
  {
    row: 'ASVS 8.2.1 users are looked at',
    file: `${admin}/guard.ts`,
    test: `${admin}/admin.test.ts`,
    title: 'ASVS 8.2.1',
    without: { 'if (!caller.user.roles.includes(role))': 'if (!role)' },
  },
  {
    row: 'ASVS 8.2.1 users are looked at',
    file: `${admin}/guard.ts`,
    test: `${admin}/admin.test.ts`,
    title: 'ASVS 7.5.2',
    without: { 'prove: () => proveItIsThem(services, req, caller)': 'prove: async () => {}' },
  },
  {
    row: 'ASVS 7.1.1, 7.1.2',
    file: 'auth-server/tokens/session-limit.ts',
    test: `${routes}/session-limit.each-store.test.ts`,
    without: { 'return inOrder.slice(limit)': 'return []' },
  },
  {
    row: 'RFC 9700 4.14.2 a replay within the grace',
    file: `${routes}/describe-sessions.ts`,
    test: account,
    title: 'tells of others about when',
    without: {
      'return seenAt - (seenAt % COARSE_MS)': 'return seenAt',
      'Math.min(now, renewedAt + accessTokenLife)': 'renewedAt',
    },
  },
  {
    row: 'ASVS 15.3.4 the client',
    file: 'auth-server/server/app.ts',
    test: `${routes}/sign-in-limits.each-store.test.ts`,
    title: 'ASVS 15.3.4',
    without: { "app.set('trust proxy', settings.trustProxy)": "app.set('trust proxy', true)" },
  },
  {
    row: 'ASVS 15.3.4 the client',
    file: 'auth-server/http/http.ts',
    test: account,
    title: 'keeps an address only if it is one',
    without: {
      "isIP(claimed) ? claimed : (req.socket.remoteAddress ?? '')": 'claimed',
      '.slice(0, MAX_USER_AGENT)': '',
    },
  },
]
