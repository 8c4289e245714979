import { describe, expect, test } from 'vitest'
import { createPlaces } from './places.ts'
import { createRecorder } from './recorder.ts'
import { streamOf } from './stream.ts'

describe('streams have places', () => {
  test('one person has no more than some, and leaves the others theirs', () => {
    const places = createPlaces({ person: 2, all: 4 })
    const own = Array.from({ length: 600 }, () => places.take('u1'))
    expect(own.filter((place) => place !== null)).toHaveLength(2)
    expect(places.take('u2')).not.toBeNull()
    own[0]?.()
    own[0]?.()
    expect(places.take('u1')).not.toBeNull()
    expect(places.take('u1')).toBeNull()
  })

  test('all together have no more than some', () => {
    const places = createPlaces({ person: 2, all: 3 })
    const given = ['a', 'b', 'c', 'd'].map((person) => places.take(person))
    expect(given.map((place) => place !== null)).toEqual([true, true, true, false])
    given[1]?.()
    expect(places.take('d')).not.toBeNull()
  })

  test('a place is free again when its stream ends: the browser leaves, or the session is over', async () => {
    const places = createPlaces({ person: 1, all: 1 })
    const recorder = createRecorder({ clock: Date.now, run: 'run' })
    const open = () => {
      const leave = places.take('u1')
      return leave && streamOf(recorder, 's1', null, leave)
    }
    const first = open()
    expect(open()).toBeNull()
    await first?.body?.cancel()
    expect(open()).not.toBeNull()
    recorder.record(
      {
        ...{ type: 'session.ended', sid: 's1', traceId: null, method: 'GET', path: '/', kind: 'document' },
        ...{ token: 'expired', answer: 'pass', reason: 'session_revoked', waited: 1 },
      },
      null,
    )
    expect(open()).not.toBeNull()
  })
})
