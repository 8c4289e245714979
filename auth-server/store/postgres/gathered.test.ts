import { expect, it } from 'vitest'
import { gathered } from './gathered.ts'

/** Runs that end when they are told to. */
function aGathering(options: { atOnce?: number; most?: number } = {}) {
  const runs: { items: readonly string[]; end: () => void; fail: (error: Error) => void }[] = []
  const run = (items: readonly string[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      const end = () => resolve(items.map((item) => item.toUpperCase()))
      runs.push({ items, end, fail: reject })
    })
  const ask = gathered(run, { keyOf: ([key = '']) => key, atOnce: 1, most: 10, ...options })
  const begun = () => runs.map(({ items }) => items)
  return { ask, runs, begun }
}

const aTurn = () => new Promise(setImmediate)

it('takes along whatever comes in the same turn of the event loop, and answers each with its own', async () => {
  const { ask, runs, begun } = aGathering()
  const answers = Promise.all([ask('a'), ask('b'), ask('c')])
  await aTurn()
  expect(begun()).toEqual([['a', 'b', 'c']])
  runs[0]?.end()
  expect(await answers).toEqual(['A', 'B', 'C'])
})

it('lets what comes while enough are under way go together after the next end', async () => {
  const { ask, runs, begun } = aGathering({ atOnce: 2 })
  const answers: Promise<string>[] = []
  for (const item of ['a', 'b', 'c', 'd']) {
    answers.push(ask(item))
    await aTurn()
  }
  expect(begun()).toEqual([['a'], ['b']])
  runs[1]?.end()
  await answers[1]
  expect(begun()).toEqual([['a'], ['b'], ['c', 'd']])
})

it('never has two of one key under way, and keeps their order', async () => {
  const { ask, runs, begun } = aGathering({ atOnce: 4 })
  const answers = [ask('a1'), ask('b1'), ask('a2'), ask('a3')]
  await aTurn()
  expect(begun()).toEqual([['a1', 'b1']])
  for (const i of [0, 1]) {
    runs[i]?.end()
    await answers[i === 0 ? 0 : 2]
  }
  expect(begun()).toEqual([['a1', 'b1'], ['a2'], ['a3']])
})

it('has no more in a run than it may', async () => {
  const { ask, begun } = aGathering({ most: 2, atOnce: 2 })
  for (const item of ['a', 'b', 'c']) void ask(item)
  await aTurn()
  expect(begun()).toEqual([['a', 'b'], ['c']])
})

it('tells a failure to those who were in the run, and goes on with the others', async () => {
  const { ask, runs } = aGathering({ most: 2 })
  const answers = Promise.allSettled([ask('a'), ask('b'), ask('c')])
  await aTurn()
  const failure = new Error('cut')
  runs[0]?.fail(failure)
  await aTurn()
  runs[1]?.end()
  expect(await answers).toEqual([
    { status: 'rejected', reason: failure },
    { status: 'rejected', reason: failure },
    { status: 'fulfilled', value: 'C' },
  ])
})

it('lets nobody wait for the many of another key', async () => {
  const { ask, runs, begun } = aGathering({ most: 2 })
  for (let i = 0; i < 1000; i++) void ask(`a${i}`)
  await aTurn()
  const answer = ask('b0')
  runs[0]?.end()
  await aTurn()
  expect(begun()).toEqual([['a0'], ['a1', 'b0']])
  runs[1]?.end()
  expect(await answer).toBe('B0')
})
