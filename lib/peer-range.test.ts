import { expect, it } from 'vitest'
import { peerDependencies } from './package.json' with { type: 'json' }

/** npm takes a pre-release only where the range names one of the same version (semver). */
const takesPreReleasesOf = (version: string) => peerDependencies.next.includes(`~${version}-0`)

it.each([
  ['15.4.0', 'which nextjs/saas-starter asks for'],
  ['15.6.0', 'which has never been released'],
  ['16.0.0', 'the beta'],
  ['16.5.0', 'the next one'],
])('the canaries of Next %s (%s) are taken, as its releases are', (version) => {
  expect(peerDependencies.next).toMatch(/^\^15\.1\.0 \|\| \^16\.0\.0 \|\| /)
  expect(takesPreReleasesOf(version)).toBe(true)
})
