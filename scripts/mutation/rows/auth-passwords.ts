import type { Protection } from '../protection.ts'

const routes = 'auth-server/routes'
const limits = 'auth-server/limits/limits.ts'
const limitsTest = `${routes}/sign-in-limits.each-store.test.ts`
const signIn = `${routes}/sign-in.test.ts`
const account = `${routes}/account.test.ts`
const passwords = 'auth-server/passwords/passwords.ts'
const guessable = 'auth-server/passwords/guessable.ts'
const guessableTest = 'auth-server/passwords/guessable.test.ts'
const knownDevice = 'auth-server/tokens/known-device.ts'
const gate = 'auth-server/passwords/hashing-gate.ts'

/** What guards passwords and the places that take one. */
export const authPasswords: readonly Protection[] = [
  {
    row: 'ASVS 6.1.1 limits documented',
    file: limits,
    test: limitsTest,
    title: 'ASVS 6.1.1',
    without: {
      'if (knownAs !== undefined)': 'if (false)',
      "[limiters.account, 'account', account],": '',
    },
  },
  {
    row: 'ASVS 6.1.1 limits documented',
    file: knownDevice,
    test: limitsTest,
    title: 'ASVS 6.1.1',
    without: { 'known?.tags.includes(tagOf(known.key, known.id, account))': 'known' },
  },
  {
    row: 'ASVS 6.1.1 limits documented',
    file: knownDevice,
    test: 'auth-server/tokens/known-device.test.ts',
    without: {
      "if (!equalTexts(presented, mac(key, mark.slice(0, mark.lastIndexOf('.'))))) return undefined": '',
      'if (now - Number(day) * DAY_MS > KNOWN_FOR_S * 1000) return undefined': '',
    },
  },
  {
    row: 'ASVS 6.3.1 guessing and stuffing',
    file: limits,
    test: limitsTest,
    title: 'ASVS 6.3.1',
    without: {
      "[limiters.pair, 'pair', account, place],": '',
      "[limiters.address, 'address', place],\n      [limiters.account": '[limiters.account',
      "[limiters.pair, 'pair', account, knownAs], ": '',
      'if (longest > 0) throw tooManyAttempts(longest)': '',
      'if (consumedPoints > limiter.points) throw tooManyAttempts(msBeforeNext)': '',
      'turns.enter(keys)': '',
    },
  },
  {
    row: 'ASVS 6.3.4 all ways',
    file: `${routes}/password.ts`,
    test: limitsTest,
    title: 'ASVS 6.3.4',
    without: { "await limited(services, req, 'password-change', user.email, check, sid)": 'await check()' },
  },
  {
    row: 'ASVS 6.3.8 enumeration, answer and time',
    file: passwords,
    test: signIn,
    title: 'ASVS 6.3.8',
    without: {
      'const expected = readable ?? (await nobodys)':
        'if (!readable) return false\n      const expected = readable',
    },
  },
  {
    row: 'ASVS 6.3.8 enumeration, answer and time',
    file: `${routes}/login.ts`,
    test: signIn,
    title: 'ASVS 6.3.8',
    without: {
      'if (user && matches && user.disabledAt === null)':
        "if (!user) throw new Error('nobody')\n    if (matches && user.disabledAt === null)",
      'const matches = await passwords.matches':
        'const matches = !user?.disabledAt && await passwords.matches',
    },
  },
  {
    row: 'ASVS 6.3.8 enumeration, answer and time',
    file: `${routes}/login.ts`,
    test: limitsTest,
    title: 'ASVS 6.3.8: an account',
    without: {
      "await limited(services, req, 'sign-in', email, () => verify(req, email, password))":
        "await ((await store.users.findByEmail(email)) ? limited(services, req, 'sign-in', email, () => verify(req, email, password)) : verify(req, email, password))",
    },
  },
  {
    row: 'ASVS 6.3.8 for registration',
    file: limits,
    test: limitsTest,
    title: 'ASVS 6.3.8: registrations',
    without: {
      "if (account === undefined) return gates([limiters.address, 'address', place])":
        'if (account === undefined) return []',
    },
  },
  {
    row: 'ASVS 2.4.1',
    file: `${routes}/register.ts`,
    test: limitsTest,
    title: 'registrations from one address',
    without: { 'await countRegistration(services, req)': '' },
  },
  {
    row: 'ASVS 11.4.2',
    file: passwords,
    test: signIn,
    title: 'ASVS 11.4.2',
    without: {
      'gate.run(() => hash(password, cost))': 'gate.run(() => hash(password, { ...cost, timeCost: 1 }))',
      '!stored.startsWith(prefix)': 'false',
    },
  },
  {
    row: 'ASVS 16.3.1',
    file: `${routes}/login.ts`,
    test: signIn,
    title: 'ASVS 16.3.1',
    without: { "audit({ event: 'password-refused', at: 'sign-in' }, subject)": '' },
  },
  {
    row: 'ASVS 16.3.1',
    file: `${routes}/sign-in.ts`,
    test: signIn,
    title: 'is recorded with address and user agent',
    without: { "audit({ event: 'signed-in', sid, by }, { userId: user.id, ...origin })": '' },
  },
  {
    row: 'ASVS 6.2.1 8 characters',
    file: passwords,
    test: signIn,
    without: { 'const MIN = 8': 'const MIN = 7' },
  },
  {
    row: 'ASVS 6.2.2, 6.2.3',
    file: `${routes}/password.ts`,
    test: account,
    title: 'ASVS 6.2.3',
    without: { 'if (await passwords.matches(user.passwordHash, current)) return true': 'return true' },
  },
  {
    row: 'ASVS 7.5.1, 7.5.3 for the change of the password',
    file: `${routes}/password.ts`,
    test: account,
    title: 'ASVS 6.2.3',
    without: { 'matches && (await passwords.hash(next))': 'await passwords.hash(next)' },
  },
  {
    row: 'ASVS 6.2.4, 6.2.12',
    file: guessable,
    test: guessableTest,
    without: { "if (common.has(lower)) return 'must not be one of the most common passwords'": '' },
  },
  {
    row: 'ASVS 6.2.4, 6.2.12',
    file: `${routes}/password.ts`,
    test: account,
    title: 'ASVS 6.2.4, 6.2.11',
    without: { 'if (guessable) throw invalidFields({ next: guessable })': '' },
  },
  {
    row: 'ASVS 6.1.2, 6.2.11',
    file: guessable,
    test: guessableTest,
    without: { '[...rest].length < FEWEST_ADDED || ': '', ' || common.has(rest)': '' },
  },
  {
    row: 'ASVS 6.2.5, 6.2.8, 6.2.9',
    file: passwords,
    test: signIn,
    title: 'ASVS 6.2.5, 6.2.8, 6.2.9',
    without: {
      ".string('must be text')": ".string('must be text').trim()",
      'const MAX = 256': 'const MAX = 63',
    },
  },
  {
    row: 'ASVS 15.3.3',
    file: `${routes}/register.ts`,
    test: signIn,
    title: 'ASVS 15.3.3',
    without: { 'const registration = z.object({': 'const registration = z.looseObject({' },
  },
  {
    row: 'ASVS 15.2.2 passwords do not starve renewals',
    file: gate,
    test: 'auth-server/passwords/hashing-gate.test.ts',
    without: {
      'else if (queue.length >= waiting) throw new BusyError()': '',
      'Math.min(cores, threads) - 1': 'Math.min(cores, threads)',
    },
  },
  {
    row: 'ASVS 15.2.2 passwords do not starve renewals',
    file: gate,
    test: 'auth-server/server/password-burst.server.test.ts',
    without: { 'if (free > 0) free--': 'if (atOnce > 0) free--' },
  },
]
