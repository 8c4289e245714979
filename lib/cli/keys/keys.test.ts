import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseEnv } from '../env-file.ts'
import { evergate, folderWith } from '../testing/io.ts'

const valuesOf = (cwd: string) => parseEnv(readFileSync(join(cwd, '.env.local'), 'utf8'))

test('make keeps a gateway secret in .env.local, for its owner alone, and prints it nowhere', async () => {
  const cwd = folderWith()
  const { code, out, err } = await evergate('keys make', { cwd })
  const { GATEWAY_SECRET = '' } = valuesOf(cwd)
  expect([code, err]).toEqual([0, ''])
  expect(Buffer.from(GATEWAY_SECRET, 'base64url')).toHaveLength(32)
  expect(out).not.toContain(GATEWAY_SECRET)
  expect(statSync(join(cwd, '.env.local')).mode & 0o777).toBe(0o600)
})

test('make does not replace a key', async () => {
  const cwd = folderWith()
  await evergate('keys make signing', { cwd })
  const before = valuesOf(cwd)
  expect(JSON.parse(before.SIGNING_KEYS ?? '').keys).toEqual([
    expect.objectContaining({ alg: 'ES256', d: expect.any(String), kid: expect.any(String) }),
  ])
  expect(await evergate('keys make signing', { cwd })).toMatchObject({
    code: 1,
    err: expect.stringContaining('rotate signing'),
  })
  expect(valuesOf(cwd)).toEqual(before)
})

test('the secret of the feed is made and replaced by its name, in shared-secret mode too, and left alone by rotate for all', async () => {
  const cwd = folderWith({ '.env.local': 'ETLS_ACCESS=a secret of thirty-two bytes or more, here\n' })
  expect((await evergate('keys make feed', { cwd })).code).toBe(0)
  const { FEED_SECRET: first = '' } = valuesOf(cwd)
  expect(Buffer.from(first, 'base64url')).toHaveLength(32)
  await evergate('keys make refresh', { cwd })
  await evergate('keys rotate', { cwd })
  expect(valuesOf(cwd).FEED_SECRET).toBe(first)
  expect(await evergate('keys stage feed', { cwd })).toMatchObject({
    code: 1,
    err: expect.stringContaining('rotate replaces it'),
  })
  const { out } = await evergate('keys rotate feed', { cwd })
  expect(out).toContain('every auth server and every app')
  const { FEED_SECRET: second = '' } = valuesOf(cwd)
  expect(Buffer.from(second, 'base64url')).toHaveLength(32)
  expect(second).not.toBe(first)
  expect((await evergate('keys list feed', { cwd })).out).not.toContain(second)
})

test('make --print writes a line for another place, and no file', async () => {
  const cwd = folderWith({ '.env.local': 'A=1\n' })
  const { out } = await evergate('keys make refresh --print', { cwd })
  expect(out).toMatch(/^ETLS_REFRESH='[\w-]{43}'\n$/)
  expect(valuesOf(cwd)).toEqual({ A: '1' })
})

test('list names keys and their states as JSON', async () => {
  const cwd = folderWith()
  const clock = () => Date.parse('2030-01-01T00:00:00Z')
  await evergate('keys make', { cwd })
  await evergate('keys rotate gateway', { cwd, clock })
  await evergate('keys stage gateway', { cwd })
  const { out } = await evergate('keys list gateway --json', { cwd })
  expect(JSON.parse(out).keys).toEqual([
    {
      kind: 'gateway',
      variable: 'GATEWAY_SECRET',
      keys: [
        { name: expect.any(String), state: 'in use', since: '2030-01-01T00:00:00.000Z' },
        { name: expect.any(String), state: 'accepted', retirableFrom: '2030-01-01T01:15:00.000Z' },
        { name: expect.any(String), state: 'staged' },
      ],
    },
  ])
  for (const secret of valuesOf(cwd).GATEWAY_SECRET?.split(',') ?? []) expect(out).not.toContain(secret)
})

test('with no key at all rotate says how to make one', async () => {
  const cwd = folderWith()
  expect(await evergate('keys rotate', { cwd })).toMatchObject({
    code: 1,
    err: expect.stringContaining('evergate keys make'),
  })
})

test('an error is one JSON document, too', async () => {
  const { code, out, err } = await evergate('keys rotate signing --json', { cwd: folderWith() })
  expect([code, err]).toEqual([1, ''])
  expect(JSON.parse(out).results[0]).toMatchObject({ done: false, message: expect.stringContaining('make') })
})
