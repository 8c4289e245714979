import { expect, it } from 'vitest'
import { handMade } from '../testing/issuer.ts'
import { signInMethodsOf } from './sign-in-methods.ts'

it.each([
  [
    ['pwd', 'otp'],
    ['pwd', 'otp'],
  ],
  [['pwd', 7, null], ['pwd']],
  [undefined, []],
  ['pwd', []],
  [{}, []],
])('amr %j: %j', (amr, methods) => {
  expect(signInMethodsOf(handMade({}, { amr }))).toEqual(methods)
})
