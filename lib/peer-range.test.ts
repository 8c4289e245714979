import { expect, it } from 'vitest'
import { peerDependencies } from './package.json' with { type: 'json' }

/** A range takes the pre-releases of a version that it names with one (semver), and npm refuses all others. */
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
