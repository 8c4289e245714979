import { expect, test } from 'vitest'
import { handMade } from '../testing/issuer.ts'
import { sessionEndOf } from './session-end.ts'

const endOf = (claims: object) => sessionEndOf(handMade({ alg: 'HS256' }, claims))

test('the end of the session is what the backend says in its access token', () => {
  expect(endOf({ session_expiry: 1_900_000_000 })).toBe(1_900_000_000)
})

test('a backend that says nothing, or nothing that is a time, leaves it unknown', () => {
  expect(endOf({})).toBeNull()
  for (const session_expiry of ['1900000000', null, {}, true]) expect(endOf({ session_expiry })).toBeNull()
})
