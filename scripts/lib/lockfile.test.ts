import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { missingOptionalPackages, withOptionalPackages } from './lockfile.mjs'

const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'))

describe('package-lock.json', () => {
  test('has the optional packages of every platform, as `npm ci` demands (if not: `npm run lockfile`)', () => {
    expect(missingOptionalPackages(packages)).toEqual([])
  })

  test('names no registry: whoever installs has their own', () => {
    const resolved = Object.values<{ resolved?: string }>(packages).flatMap(
      ({ resolved: from }) => from ?? [],
    )
    expect(resolved.sort()).toEqual(['auth-server', 'lib'])
  })
})

describe('a lockfile that lacks optional packages', () => {
  const optionalDependencies = {
    '@tool/cli-darwin-arm64': '2.6.8',
    'tool-linux-x64-gnu': '2.6.8',
    'tool-linux-arm-musleabihf': '2.6.8',
    'tool-wasm32-wasi': '2.6.8',
    there: '1.0.0',
  }
  const lacking = {
    '': {},
    'node_modules/there': { version: '1.0.0' },
    'node_modules/tool': { version: '2.6.8', dev: true, optionalDependencies },
    'node_modules/user/node_modules/nested': { optionalDependencies: { there: '1.0.0' } },
  }

  test('gets them, in the version that is asked for and for their platform only', () => {
    expect(withOptionalPackages(lacking)).toEqual({
      ...lacking,
      'node_modules/@tool/cli-darwin-arm64': entry({ cpu: ['arm64'], os: ['darwin'] }),
      'node_modules/tool-linux-x64-gnu': entry({ cpu: ['x64'], libc: ['glibc'], os: ['linux'] }),
      'node_modules/tool-linux-arm-musleabihf': entry({ cpu: ['arm'], libc: ['musl'], os: ['linux'] }),
      'node_modules/tool-wasm32-wasi': entry({ cpu: ['wasm32'] }),
    })
  })

  test('lacks nothing after that, and keeps the order that npm writes', () => {
    const complete = withOptionalPackages(lacking)
    expect(missingOptionalPackages(complete)).toEqual([])
    expect(Object.keys(withOptionalPackages(packages))).toEqual(Object.keys(packages))
  })

  test('gets a second version of one below the package that asks for it', () => {
    const twoVersions = {
      'node_modules/tool': { version: '2.0.0', optionalDependencies: { 'tool-darwin-arm64': '2.0.0' } },
      'node_modules/tool-darwin-arm64': { version: '1.0.0' },
    }
    expect(withOptionalPackages(twoVersions)).toMatchObject({
      'node_modules/tool-darwin-arm64': { version: '1.0.0' },
      'node_modules/tool/node_modules/tool-darwin-arm64': { version: '2.0.0', os: ['darwin'] },
    })
  })

  test('is not completed by guessing', () => {
    const vague = { 'node_modules/tool': { optionalDependencies: { fsevents: '~2.3.2' } } }
    expect(() => withOptionalPackages(vague)).toThrow('fsevents ~2.3.2 is not a binary of one platform')
  })

  function entry(place: object) {
    return { version: '2.6.8', dev: true, optional: true, ...place }
  }
})
