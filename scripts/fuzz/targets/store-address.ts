import fc from 'fast-check'
import { describeStore, parseStoreUrl } from '../../../auth-server/store/address.ts'
import { defineTarget } from '../define-target.ts'
import { textOf } from '../inputs.ts'
import { holds, same } from '../oracle.ts'

/** Stands in every password, so that it can be looked for in what is printed. */
const CANARY = 'kanarienvogel'

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
const storeUrl = defineTarget(
  'STORE_URL',
  fc.record({
    scheme,
    user: fc.constantFrom('', 'user', 'us%65r'),
    password: fc.option(password),
    rest,
  }),
  ({ scheme, user, password, rest }) => {
    const url = `${scheme}${password === null ? '' : `${user}:${password}@`}${rest}`
    const address = parseStoreUrl(url)
    const shown = 'kind' in address ? describeStore(address) : address.problem
    if (scheme !== 'sqlite:') holds(!shown.includes(CANARY), `${shown} shows no password`)
    if (!('kind' in address) || address.kind !== 'redis') return
    for (const { host, port } of address.nodes)
      holds(host !== '' && port <= 65_535, 'each node can be reached')
    if (address.password !== undefined)
      same(address.password, decodeURIComponent(password ?? ''), 'the password is whole')
  },
)

const wellFormedRedis = defineTarget(
  'password in STORE_URL',
  fc.record({
    user: fc.string({ unit: 'grapheme', minLength: 1 }),
    password: fc.string({ unit: 'grapheme', minLength: 1 }),
    database: fc.nat(15),
  }),
  ({ user, password, database }) => {
    const userinfo = `${encodeURIComponent(user)}:${encodeURIComponent(password).replaceAll("'", '%27')}`
    const redis = parseStoreUrl(`redis://${userinfo}@[::1]:7000/${database}`)
    same(
      redis,
      {
        kind: 'redis',
        nodes: [{ host: '::1', port: 7000 }],
        cluster: false,
        tls: false,
        username: user,
        password,
        database,
        prefix: 'evergate',
      },
      'it is what it was before it was encoded',
    )
    const postgres = parseStoreUrl(`postgres://${userinfo}@host/db`)
    same(
      'url' in postgres && decodeURIComponent(new URL(postgres.url).password),
      password,
      'for PostgreSQL too',
    )
  },
)

export const storeAddressTargets = [storeUrl, wellFormedRedis]
