import fc from 'fast-check'
import { holds, same } from '../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../scripts/testing/fuzz/property.ts'
import { describeStore, parseStoreUrl } from './address.ts'
import { CANARY, password, rest, scheme } from './testing/addresses.ts'

fuzz(
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

fuzz(
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
