import { expect, it } from 'vitest'
import { releaseProblems } from './release.ts'

const manifest = {
  name: 'evergate',
  version: '1.2.0',
  exports: {},
  description: 'a gateway',
  license: 'MIT',
  repository: 'https://code.example/evergate',
  homepage: 'https://code.example/evergate',
  bugs: 'https://code.example/evergate/issues',
  keywords: ['next'],
}
const changelog = '# Changes\n\n## 1.2.0 - 2026-12-01\n'

it('a complete release has no problem', () => {
  expect(releaseProblems({ manifests: [manifest], changelog, tag: 'v1.2.0' })).toEqual([])
})

it.each([
  ['a field that is missing', { manifests: [{ ...manifest, keywords: undefined }], changelog }, '"keywords"'],
  ['a private package', { manifests: [{ ...manifest, private: true }], changelog }, '"private"'],
  [
    'two versions',
    { manifests: [manifest, { ...manifest, version: '1.3.0' }], changelog },
    '1.2.0 and 1.3.0',
  ],
  [
    'a version without its changes',
    { manifests: [manifest], changelog: '## Unreleased\n' },
    'no section "## 1.2.0"',
  ],
  ['a tag of another version', { manifests: [manifest], changelog, tag: 'v1.2.1' }, 'the tag is v1.2.1'],
])('%s is named, with the next step', (_, release, words) => {
  expect(releaseProblems(release)).toEqual([expect.stringContaining(words)])
})
