import type { Protection } from '../protection.ts'

const routes = 'auth-server/routes'
const signIn = `${routes}/sign-in.test.ts`
const account = `${routes}/account.test.ts`
const passwords = 'auth-server/passwords/passwords.ts'
const guessable = 'auth-server/passwords/guessable.ts'
const guessableTest = 'auth-server/passwords/guessable.test.ts'
const foreignHashes = `${routes}/foreign-hashes.test.ts`

/** Protections of passwords. */
export const authPasswords: readonly Protection[] = [
  {
    row: 'ASVS 6.3.8 enumeration, answer and time',
    file: passwords,
    test: signIn,
    title: 'ASVS 6.3.8',
    without: { 'if (!right) await evenOut(stored?.work)': '' },
  },
  {
    row: 'ASVS 6.3.8 enumeration, answer and time',
    file: `${routes}/login.ts`,
    test: signIn,
    title: 'ASVS 6.3.8',
    without: {
      'const mayEnter = user?.disabledAt === null':
        "if (!user) throw new Error('nobody')\n    const mayEnter = user.disabledAt === null",
      'const matches = await passwords.matches': 'const matches = mayEnter && await passwords.matches',
    },
  },
  {
    row: 'ASVS 6.3.8, 11.4.2: a hash of another scheme',
    file: 'auth-server/passwords/schemes/bcrypt.ts',
    test: 'auth-server/passwords/foreign-hashes.test.ts',
    title: 'a planted hash that costs too much',
    without: { "if (cost > DEAREST) return 'too-costly'": '' },
  },
  {
    row: 'ASVS 6.3.8, 11.4.2: a hash of another scheme',
    file: 'auth-server/passwords/schemes/argon2.ts',
    test: 'auth-server/passwords/foreign-hashes.test.ts',
    title: 'a planted hash that costs too much',
    without: {
      'memory > MOST_MEMORY_KIB || ': '',
      ' || memory * passes > MOST_WORK_KIB': '',
      ' || lanes > MOST_LANES': '',
    },
  },
  {
    row: 'ASVS 6.3.8, 11.4.2: a hash of another scheme',
    file: passwords,
    test: 'auth-server/passwords/foreign-hashes.test.ts',
    title: 'a refusal does the same work',
    without: {
      "if (typeof read !== 'string') meet(read.work)": '',
    },
  },
  {
    row: 'ASVS 6.3.8, 11.4.2: a hash of another scheme',
    file: passwords,
    test: foreignHashes,
    without: {
      'if (!right) await evenOut(stored?.work)': 'if (!right) await evenOut(undefined)',
    },
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
    without: { "if (common.has(lower)) return 'too_common'": '' },
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
      ".string('not_text')": ".string('not_text').trim()",
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
]
