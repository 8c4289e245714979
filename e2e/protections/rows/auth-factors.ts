import type { Protection } from '../protection.ts'

const routes = 'auth-server/routes/factors'
const signIn = 'auth-server/sign-in'
const totp = `${routes}/totp.test.ts`
const oneTime = 'auth-server/routes/one-time-tokens.each-store.test.ts'
const passkeys = `${routes}/passkeys.test.ts`

/** Protections of second factors and passkeys. */
export const authFactors: readonly Protection[] = [
  {
    row: 'ASVS 6.3.3 (level 2) second factor',
    file: `${routes}/sign-in-step.ts`,
    test: totp,
    title: 'ASVS 6.3.3',
    without: { 'secondFactor ? waysOf(factors, secondFactor) : []': '[] as Way[]' },
  },
  {
    row: 'ASVS 6.5.1, RFC 6238 5.2 one-time codes',
    file: `${signIn}/second-factor.ts`,
    test: totp,
    title: 'RFC 6238 5.2',
    without: { ' && step > app.counter': '' },
  },
  {
    row: 'ASVS 6.5.1, RFC 6238 5.2 one-time codes',
    file: `${signIn}/second-factor.ts`,
    test: totp,
    title: 'ASVS 6.5.1',
    without: { 'store.take(userId, id)': 'Promise.resolve(store !== undefined)' },
  },
  {
    row: 'ASVS 6.5.2, 6.5.3 recovery codes',
    file: `${signIn}/recovery-codes.ts`,
    test: totp,
    title: 'ASVS 6.5.2, 6.5.3',
    without: { 'return digestOf(`recovery code ${userId} ${code}`)': 'return code' },
  },
  {
    row: 'ASVS 6.5.5 a code lives',
    file: `${signIn}/totp.ts`,
    test: totp,
    title: 'ASVS 6.5.5',
    without: { 'window: 1': 'window: 9' },
  },
  {
    row: 'ASVS 6.6.3 codes cannot be guessed',
    file: `${routes}/code.ts`,
    test: totp,
    title: 'ASVS 6.6.3',
    without: { "limited(services, req, 'second-factor', `second factor of ${user.id}`, look)": 'look()' },
  },
  {
    row: 'ASVS 7.5.1 a factor is changed',
    file: `${routes}/step-up.ts`,
    test: totp,
    title: 'ASVS 7.5.1',
    without: { ' && levelOf(caller.amr) === TWO_FACTORS': '' },
  },
  {
    row: 'ASVS 6.3.4 a half-finished sign-in',
    file: `${routes}/later-steps.ts`,
    test: totp,
    title: 'ASVS 6.3.4',
    without: { ' || !(await takeStep(store, link))': '' },
  },
  {
    row: 'ASVS 6.3.4 a half-finished sign-in',
    file: `${routes}/totp.ts`,
    test: oneTime,
    title: 'is taken once of many times at once',
    without: {
      "if (!challenges.isGood(setup, 'set-up-totp', ownerOf(user), clock())) throw stepIsOver()": '',
      'if (!(await challenges.spend(store.counters, setup))) throw stepIsOver()': '',
    },
  },
  {
    row: 'ASVS 6.3.3 the trust in a device',
    file: `${signIn}/second-factor.ts`,
    test: `${routes}/factors.each-store.test.ts`,
    title: 'the trust in a device',
    without: {
      'factor.id === id && factor.data': "factor.kind === 'trusted-device' && id && factor.data",
      ' && factor.data === trustStamp(user)': '',
    },
  },
  {
    row: 'WebAuthn 7, 13.4.3 passkeys',
    file: `${signIn}/challenges.ts`,
    test: oneTime,
    title: 'is taken once of many times at once',
    without: { '${body} ${purpose} ${owner}': '${body} ${owner && purpose}' },
  },
  {
    row: 'WebAuthn 7, 13.4.3 passkeys',
    file: `${signIn}/challenges.ts`,
    test: passkeys,
    title: 'WebAuthn 13.4.3',
    without: { 'return points === 1': 'return points > 0' },
  },
  {
    row: 'WebAuthn 7, 13.4.3 passkeys',
    file: `${routes}/passkey-sign-in.ts`,
    test: passkeys,
    title: 'that has not looked who holds it',
    without: { ' && (half || answer.verified)': '' },
  },
  {
    row: 'ASVS 6.3.8 a refused passkey',
    file: `${routes}/passkey-sign-in.ts`,
    test: `${routes}/passkey-silence.test.ts`,
    title: 'ASVS 6.3.8: neither answer',
    without: { "await store.factors.list(user?.id ?? '')": 'user ? await store.factors.list(user.id) : []' },
  },
  {
    row: 'ASVS 6.3.7 (level 3)',
    file: `${routes}/factors.ts`,
    test: `${routes}/notice.test.ts`,
    title: 'ASVS 6.3.7',
    without: {
      "if (factor.kind !== 'trusted-device') tellOfChange(services, req, user)": '',
      "notify({ ...services, mailer }, req, 'factors-changed', user, details)": '',
    },
  },
]
