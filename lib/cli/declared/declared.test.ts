import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { folderWith } from '../testing/io.ts'
import { readDeclarations } from './run.ts'
import { OTHER_EXPORTS } from './stand-ins.ts'

const RULES = "[{ path: '/a', require: 'public' }]"

/** The gateway that an app of these files declares. */
async function gatewayOf(
  files: Record<string, string>,
  env: Record<string, string> = {},
  middleware = 'middleware.ts',
) {
  const { gateway } = await readDeclarations(folderWith(files), { middleware, config: null }, env)
  return gateway
}

describe('the rules of a middleware are told', () => {
  it('from modules of the app, behind an alias, and as they are computed', async () => {
    const found = await gatewayOf({
      'middleware.ts': `import { createGateway } from 'evergate/next'
import { NextResponse } from 'next/server'
import { names } from '@/auth/names'
import data from './data.json'
import { rules } from './rules'
const more: readonly string[] = [...names, ...data]
export const middleware = createGateway({
  rules: [...rules, ...more.map((name) => ({ path: \`/\${name}\`, require: 'public' as const }))],
})
export const config = { matcher: ['/'], status: NextResponse.status }`,
      'rules.js': `export const rules = ${RULES}`,
      'src/auth/names/index.ts': "import 'server-only'\nexport const names: string[] = ['b']",
      'data.json': '["c"]',
      'package.json': '{"type":"module"}',
      'node_modules/next/package.json': '{"name":"next"}',
      'node_modules/next/server.js': 'exports.NextResponse = { status: 200 }',
    })
    const rules = ['/a', '/b', '/c'].map((path) => ({ path, require: 'public' }))
    const value = { isCalled: true, rules, device: null, isTold: false, runtime: null }
    expect(found).toEqual({ result: 'declared', file: 'middleware.ts', value })
  })

  it('as the environment has them', async () => {
    const text = `import { createGateway } from 'evergate/next'
export default createGateway({ rules: process.env.OPEN ? ${RULES} : [], revocation: {} })`
    const found = await gatewayOf({ 'proxy.mjs': text }, { OPEN: '1' }, 'proxy.mjs')
    expect(found).toMatchObject({ value: { rules: [{ path: '/a', require: 'public' }], isTold: true } })
  })
})

test('a configuration is called as a build calls it', async () => {
  const text = `import { withGateway } from 'evergate/next/config'
export default async (phase) => withGateway({ i18n: { phase } }, { domain: 'example.com', backend: './b.mjs' })(phase)`
  const root = folderWith({ 'next.config.mjs': text })
  const { config } = await readDeclarations(root, { middleware: null, config: 'next.config.mjs' }, {})
  const value = { isWrapped: true, hasLanguages: true, domain: 'example.com', backend: './b.mjs' }
  expect(config).toEqual({ result: 'declared', file: 'next.config.mjs', value })
})

describe('a file that cannot be run is told with the reason', () => {
  it.each([
    ['a package that is not there', "import 'nowhere'", "Cannot find package 'nowhere'"],
    ['an error of its own', 'throw new Error("no such setting")', 'no such setting'],
    ['an end of the process', 'process.exit(0)', 'it ended the process'],
  ])('%s', async (_, text, reason) => {
    const found = await gatewayOf({ 'middleware.ts': text })
    expect(found).toMatchObject({
      ...{ result: 'failed', file: 'middleware.ts' },
      reason: expect.stringContaining(reason),
    })
  })
})

test('the stand-in for `evergate/next` has each of its exports', () => {
  const source = readFileSync(new URL('../../next/index.ts', import.meta.url), 'utf8')
  const names = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(
    ([, list = '']) => list.match(/\w+/g) ?? [],
  )
  expect([...OTHER_EXPORTS, 'createGateway'].sort()).toEqual(names.sort())
})
