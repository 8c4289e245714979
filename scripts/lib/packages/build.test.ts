import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildCode } from './build.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evergate-build-'))
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
  write('index.ts', "export { Button } from './button.tsx'\nexport { on } from './server.ts'\n")
  write(
    'button.tsx',
    "'use client'\nimport './styles.css'\nexport const Button = () => <button>Go</button>\n",
  )
  write(
    'server.ts',
    "import { type Mode, mode } from 'somewhere'\nexport const on = (is: Mode) => is === mode\n",
  )
  await buildCode(folder, ['./index.ts'], join(folder, 'out'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const built = (file: string) => readFileSync(join(folder, 'out', file), 'utf8')

test('what runs in the browser says so itself, and nothing else does', () => {
  expect(built('button.js')).toMatch(/^['"]use client['"]/)
  expect(built('index.js')).not.toContain('use client')
  expect(built('server.js')).not.toContain('use client')
})

test('a style sheet stays an import of the module that needs it', () => {
  expect(built('button.js')).toMatch(/^import ["']\.\/styles\.css["'];?$/m)
  expect(built('index.js')).not.toContain('.css')
})

test('other packages stay imports', () => {
  expect(built('server.js')).toContain('from "somewhere"')
  expect(built('button.js')).toContain('from "react/jsx-runtime"')
})
