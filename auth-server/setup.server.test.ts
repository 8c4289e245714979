import { describe, expect, it, vi } from 'vitest'
import { type ChildOptions, run } from './testing/child.ts'
import { temporaryDirectory } from './testing/harness.ts'
import { eachStoreKind } from './testing/stores.ts'

vi.setConfig({ testTimeout: 30_000 })

async function setUp(options: ChildOptions) {
  const child = run('setup.ts', options)
  return { code: await child.exited, output: child.output(), errors: child.errors() }
}

describe.each(eachStoreKind)('on %s', (_title, kind) => {
  it.skipIf(kind.missing)('makes the demo users outside production only, and shows no password', async () => {
    const cwd = temporaryDirectory()
    const url = await kind.place()
    const production = await setUp({ cwd, environment: { NODE_ENV: 'production', STORE_URL: url } })
    expect(production).toMatchObject({ code: 0, errors: '' })
    expect(production.output).toMatch(
      /^store: \S+:\/\/127\.0\.0\.1:\S+ ready \(schema \d\), no demo users in production\n$/,
    )
    expect(production.output).not.toMatch(/[@?]/)
    expect((await setUp({ cwd, environment: { STORE_URL: url } })).output).toMatch(/, demo users added\n$/)
    expect((await setUp({ cwd, environment: { STORE_URL: url } })).output).toMatch(/, users kept\n$/)
  })
})
