import type { Protection } from '../protection.ts'

const routes = 'auth-server/routes'
const limits = 'auth-server/limits/limits.ts'
const limitsTest = `${routes}/sign-in-limits.each-store.test.ts`
const knownDevice = 'auth-server/tokens/known-device.ts'
const gate = 'auth-server/passwords/hashing-gate.ts'

/** Protections against guessing. */
export const authLimits: readonly Protection[] = [
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
  {
    row: 'ASVS 15.2.2 passwords do not starve renewals',
    file: 'auth-server/limits/turns.ts',
    test: limitsTest,
    title: 'ASVS 6.3.1: what is beyond a limit',
    without: { 'return this.#lines.get(key)?.inside ?? 0': 'return 0' },
  },
]
