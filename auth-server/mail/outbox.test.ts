import { expect, it } from 'vitest'
import { createLogger } from '../observe/logger.ts'
import { createOutbox } from './outbox.ts'

const logger = createLogger('silent')
const AN_HOUR = 3_600_000

it('puts off what would tell of an account, and a stop in order does it all the same', async () => {
  const outbox = createOutbox(logger, { pauses: [], spread: AN_HOUR })
  const done: string[] = []
  outbox.later(async () => {
    done.push('for everybody')
    outbox.sometime(async () => void done.push('for some'))
  })
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  expect(done).toEqual(['for everybody'])
  expect(outbox.isBusy()).toBe(true)
  await outbox.close()
  expect(done).toEqual(['for everybody', 'for some'])
  expect(outbox.isBusy()).toBe(false)
})

it('counts what is put off among what waits, so that nobody fills the memory', async () => {
  const outbox = createOutbox(logger, { pauses: [], spread: AN_HOUR })
  for (let count = 0; count < 1000; count++) outbox.sometime(async () => {})
  expect(outbox.later(async () => {})).toBe(false)
  await outbox.close()
  expect(outbox.later(async () => {})).toBe(true)
})
