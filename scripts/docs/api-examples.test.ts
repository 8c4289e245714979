import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tools, workFolder } from '../lib/paths.mjs'
import { exampleModules } from '../testing/docs/example-modules.ts'

const settings = {
  extends: '../../tsconfig.json',
  compilerOptions: {
    noUnusedLocals: false,
    verbatimModuleSyntax: false,
    isolatedModules: false,
    incremental: false,
  },
  include: ['*.tsx', '../../auth-server/**/*.d.ts'],
}

/** The compiler's findings about modules. */
function typeCheck(modules: ReadonlyMap<string, string>): string {
  const folder = join(workFolder, 'api-examples')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  for (const [name, text] of modules) writeFileSync(join(folder, name), text)
  return spawnSync(process.execPath, [tools.tsc, '-p', folder], { encoding: 'utf8' }).stdout
}

it('every example of a documentation comment has the types that it needs', { timeout: 120_000 }, () => {
  const modules = exampleModules('../..')
  expect(modules.size).toBeGreaterThan(25)
  expect(typeCheck(modules)).toBe('')
})

it('one that has not would be found', { timeout: 120_000 }, () => {
  const wrong = "import { createGateway } from 'evergate/next'\ncreateGateway({ rules: [{ path: 7 }] })\n"
  expect(typeCheck(new Map([['wrong.tsx', wrong]]))).toContain('wrong.tsx')
})
