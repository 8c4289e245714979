import type { Protection } from '../protection.ts'

const routes = 'auth-server/routes/mail'
const reset = `${routes}/reset.test.ts`
const address = `${routes}/address.test.ts`

/** Protections of the links in mails. */
export const authMail: readonly Protection[] = [
  {
    row: 'ASVS 6.4.3, 6.4.5 a mailed link',
    file: `${routes}/address.ts`,
    test: address,
    title: 'is asked for with a registration',
    without: {
      "'verify-email')\n    if (!(await store.links.take(link.digest, link.purpose))) throw invalidLink()":
        "'verify-email')",
    },
  },
  {
    row: 'ASVS 6.4.3, 6.4.5 a mailed link',
    file: 'auth-server/mail/links.ts',
    test: reset,
    title: 'a link ends with the password',
    without: {
      'user.disabledAt !== null || ': '',
      ' || link.stamp !== stampOf(purpose, user)': '',
    },
  },
  {
    row: 'ASVS 6.4.3, 6.4.5 a mailed link',
    file: `${routes}/mailing.ts`,
    test: reset,
    title: 'a link is of no use to somebody who is signed in as another',
    without: { 'return isAnothers ? undefined : reading': 'return reading' },
  },
  {
    row: 'ASVS 6.3.8 who has an account is not told by a forgotten',
    file: `${routes}/mailing.ts`,
    test: reset,
    title: 'by 200 requests for a link',
    without: { 'await store.links.add(link, life)': 'if (user) await store.links.add(link, life)' },
  },
]
