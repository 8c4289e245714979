import fc from 'fast-check'
import { textOf } from './inputs.ts'

/** Stands in every secret, so that it can be looked for in what is printed. */
export const CANARY = 'kanarienvogel'
export const SECRET = `${CANARY}-and-enough-more-to-make-32-bytes`

/** Right as a rule, so that what a single value does can be seen. */
export const mostly = (right: string, other: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(right) }, { weight: 2, arbitrary: other })

export const number = textOf(['0', '1', '9', '900', '-', '+', '.', 'e', ' ', '99999999', '0x', '\u0663'], 4)
export const secret = mostly(SECRET, textOf([SECRET, CANARY, ',', ' ', ',,'], 4))
export const words = textOf(
  [
    'loopback',
    'true',
    'false',
    '1',
    '10.0.0.0/8',
    '::1',
    '/33',
    '::1/129',
    ',',
    ' ',
    'lenient',
    'info',
    'linklocal',
    '0',
  ],
  4,
)
