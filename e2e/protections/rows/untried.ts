import type { Untried } from '../protection.ts'

const BUILD = 'its tests ask the demo as it was built, and a build takes too long to be made for each of them'

/** The rows that `npm run mutate:rows` leaves out. */
export const untried: readonly Untried[] = [
  {
    row: 'RFC 7515 4, RFC 7519 4 (duplicate names)',
    because: 'it is how JSON.parse reads: there is no line of this repository to take away',
  },
  { row: 'ASVS 4.1.3 (headers of intermediaries)', because: BUILD },
  { row: 'ASVS 7.2.4 (new session on sign-in', because: BUILD },
  {
    row: 'RFC 9700 4.14.2 (a provider',
    because: 'its tests ask the demo as it was built, with a provider beside it',
  },
  { row: 'ASVS 14.2.2, RFC 9111 5.2.2 (shared caches)', because: `${BUILD}, with nginx before it` },
  { row: 'ASVS 14.3.2 (`no-store`)', because: BUILD },
  { row: 'ASVS 3.4.1, RFC 6797 7.2 (HSTS)', because: BUILD },
  { row: 'ASVS 3.4.3, 3.4.6 (CSP, frames)', because: `${BUILD}, and a browser` },
  { row: 'ASVS 3.4.4, 3.4.5 (nosniff, referrer)', because: BUILD },
  { row: 'ASVS 13.3.1 (no secret in build artefacts)', because: 'its test reads the build itself' },
  { row: 'ASVS 16.2.5, 16.4.1 (logs)', because: BUILD },
]
