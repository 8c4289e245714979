import { describe, expect, it } from 'vitest'
import { describeStore, parseStoreUrl } from './address.ts'

const SECRETS = ['eve', 'pa55', 'hunter2']

it.each([
  ['sqlite:./.data/auth.db', 'sqlite:./.data/auth.db'],
  ['sqlite::memory:', 'sqlite::memory:'],
  ['postgres://eve:pa55@db:6543/auth', 'postgres://db:6543/auth'],
  ['postgresql://eve:pa55@db/auth?sslmode=verify-full&password=hunter2', 'postgres://db/auth'],
  ['postgres://[::1]:5432/auth', 'postgres://[::1]:5432/auth'],
  ['postgres:///auth?host=/run/postgresql&user=eve', 'postgres:///run/postgresql/auth'],
  ['redis://eve:pa55@cache', 'redis://cache:6379'],
  ['rediss://:pa55@[::1]:7000/2?prefix=eve', 'rediss://[::1]:7000/2'],
  ['redis+cluster://eve:pa55@a:7000,b:7001,c', 'redis+cluster://a:7000,b:7001,c:6379'],
])('%s is shown as %s', (url, shown) => {
  const address = parseStoreUrl(url)
  if (!('kind' in address)) throw new Error(address.problem)
  expect(describeStore(address)).toBe(shown)
})

describe('PostgreSQL', () => {
  it('takes the size of the pool from the URL, and leaves the other parameters to the driver', () => {
    expect(parseStoreUrl('postgres://db/auth?pool_size=25&sslmode=verify-full')).toEqual({
      kind: 'postgres',
      url: 'postgres://db/auth?sslmode=verify-full',
      poolSize: 25,
    })
  })
})

describe('Redis', () => {
  it('takes everything from the URL', () => {
    expect(parseStoreUrl('rediss://eve:p%4055@cache:7000/2?prefix=auth-eu')).toEqual({
      kind: 'redis',
      nodes: [{ host: 'cache', port: 7000 }],
      cluster: false,
      tls: true,
      username: 'eve',
      password: 'p@55',
      database: 2,
      prefix: 'auth-eu',
    })
  })

  it('takes several nodes of a cluster', () => {
    expect(parseStoreUrl('redis+cluster://:pa55@10.0.0.1,[fd00::1]:7001')).toEqual({
      kind: 'redis',
      nodes: [
        { host: '10.0.0.1', port: 6379 },
        { host: 'fd00::1', port: 7001 },
      ],
      cluster: true,
      tls: false,
      password: 'pa55',
      database: 0,
      prefix: 'evergate',
    })
  })
})

it.each([
  '',
  'auth.db',
  'sqlite:',
  'mysql://eve:pa55@db/auth',
  'constructor:eve',
  'postgres:',
  'postgres:eve:pa55@db',
  'postgres://eve:pa55#word@db/auth',
  'postgres://eve:55/pa55@db/auth',
  'postgres://eve@db#pa55/auth',
  'postgres://eve:/pa55?@db/auth',
  'postgres://db/auth?pool_size=0&password=pa55',
  'postgres://db/auth?pool_size=many',
  'redis:',
  'redis://',
  'redis://eve:pa55@hunter2@cache',
  'redis://eve:pa55/hunter2@cache',
  'redis://eve:pa%zz55@cache',
  'redis://a,b',
  'redis://a:0',
  'redis+cluster://a,b:65536',
  'redis://cache?password=pa55',
  'redis+cluster://a:7000,,b',
  'redis+cluster://eve:pa55@a/3',
])('%s is refused in one line that does not repeat it', (url) => {
  const answer = parseStoreUrl(url)
  if ('kind' in answer) throw new Error(`taken for ${describeStore(answer)}`)
  expect(answer.problem).toMatch(/^[^\n]{10,150}$/)
  for (const secret of SECRETS) expect(answer.problem).not.toContain(secret)
})
