import { expect, it } from 'vitest'
import { type Profile, timeBy } from './profile.ts'

const frame = (functionName: string) => ({ functionName, url: '', lineNumber: 0, columnNumber: 0 })
const profile: Profile = {
  startTime: 1000,
  nodes: [
    { id: 1, callFrame: frame('a') },
    { id: 2, callFrame: frame('b') },
    { id: 3, callFrame: frame('a') },
  ],
  samples: [1, 2, 3, 2],
  timeDeltas: [10, 20, 30, 40],
}
const byFunction = (span?: { from: number; until: number }) =>
  Object.fromEntries(timeBy(profile, ({ functionName }) => functionName, span))

it('adds up the time of all samples with one name', () => {
  expect(byFunction()).toEqual({ a: 40, b: 60 })
})

it('counts the samples of a span alone, both ends included', () => {
  expect(byFunction({ from: 1030, until: 1060 })).toEqual({ b: 20, a: 30 })
})

it('leaves out what has no name', () => {
  expect(timeBy(profile, ({ functionName }) => (functionName === 'a' ? 'a' : undefined))).toEqual(
    new Map([['a', 40]]),
  )
})

it('has nothing to tell of a profile without samples', () => {
  expect(timeBy({ startTime: 0, nodes: profile.nodes }, () => 'all')).toEqual(new Map())
})
