import { describe, expect, it, test } from 'vitest'
import { deliveredManifest, entriesOf, type Manifest } from './manifest.ts'

const workspace: Manifest = {
  name: 'evergate',
  version: '1.2.3',
  private: true,
  scripts: { start: 'node main.ts' },
  exports: { '.': './index.ts', './react': './react/index.tsx', './styles.css': './styles.css' },
  bin: { evergate: './cli/main.ts' },
  dependencies: { jose: '^6.2.17' },
  peerDependencies: { next: '^16.4.6' },
  devDependencies: { vitest: '^5.1.1' },
}

test('the entries are what the workspace exports and runs, in TypeScript', () => {
  expect(entriesOf(workspace)).toEqual({
    imported: ['./index.ts', './react/index.tsx'],
    run: ['./cli/main.ts'],
  })
})

describe('the package.json that is delivered', () => {
  const delivered = deliveredManifest(workspace)

  it('names JavaScript and types for each entry, and itself', () => {
    expect(delivered.exports).toEqual({
      '.': { types: './index.d.ts', default: './index.js' },
      './react': { types: './react/index.d.ts', default: './react/index.js' },
      './styles.css': './styles.css',
      './package.json': './package.json',
    })
  })

  it('runs the built commands', () => {
    expect(delivered).toHaveProperty('bin', { evergate: 'cli/main.js' })
    expect(deliveredManifest({ name: 'a', version: '1.0.0', exports: {} })).not.toHaveProperty('bin')
  })

  it('keeps what is needed to use it, and nothing of what is needed to make it', () => {
    const { name, version, dependencies, peerDependencies } = workspace
    expect(delivered).toMatchObject({ name, version, dependencies, peerDependencies })
    expect(delivered).not.toHaveProperty('private')
    expect(delivered).not.toHaveProperty('scripts')
    expect(delivered).not.toHaveProperty('devDependencies')
  })

  it('makes a scoped package public', () => {
    expect(deliveredManifest({ ...workspace, name: '@evergate/auth-server' })).toHaveProperty(
      'publishConfig',
      {
        access: 'public',
      },
    )
    expect(delivered).not.toHaveProperty('publishConfig')
  })
})
