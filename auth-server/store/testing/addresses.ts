import fc from 'fast-check'
import { textOf } from '../../../scripts/testing/fuzz/inputs.ts'

/** Stands in every password, so that it can be looked for in what is printed. */
export const CANARY = 'kanarienvogel'

export const password = fc.oneof(
  textOf([CANARY, CANARY, ':', '@', '/', '#', '?', '%', '%40', '%zz', ',', '[', ']', ' ', '\\'], 5),
  fc.constant(CANARY),
)
export const scheme = fc.constantFrom(
  'postgres://',
  'postgresql://',
  'redis://',
  'rediss://',
  'redis+cluster://',
  'rediss+cluster://',
  'sqlite:',
  'mysql://',
  'REDIS://',
  'postgres:',
  'redis:/',
  '',
)
export const rest = textOf(
  [
    'host',
    'host:6379',
    ',host2:6379',
    '[::1]:6379',
    ':99999',
    ':x',
    '/0',
    '/7',
    '/db',
    '?prefix=a',
    '?pool_size=7',
    '?pool_size=0',
    '&sslmode=require',
    '?host=/tmp',
    '#',
    '..',
    ':memory:',
    '\0',
  ],
  5,
)
