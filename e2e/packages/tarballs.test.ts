import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { describe, expect, inject, it } from 'vitest'

describe.each(inject('packed').tarballs)('%s', (tarball) => {
  it('is what publint expects of a package', async () => {
    const { messages, pkg } = await publint({ pack: { tarball: await arrayBuffer(tarball) }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  it('has types that are those of its code, for bundlers and for Node’s modules', async () => {
    const checked = await checkPackage(
      createPackageFromTarballData(new Uint8Array(await arrayBuffer(tarball))),
    )
    if (!checked.types) throw new Error('there are no types')
    // Node before 12.7 knows no `exports`; and who cannot `import` can `require` modules since Node 20.19.
    const problems = checked.problems.filter(
      (problem) =>
        !('resolutionKind' in problem && problem.resolutionKind === 'node10') &&
        problem.kind !== 'CJSResolvesToESM',
    )
    expect(problems).toEqual([])
  })
})

async function arrayBuffer(file: string): Promise<ArrayBuffer> {
  return new Blob([readFileSync(file)]).arrayBuffer()
}
