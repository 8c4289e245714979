import { expect, test } from 'vitest'
import { reachableDeclarations, withBuiltImports } from './declarations.ts'

test('the declarations that an entry names are delivered, at any remove, and no others', () => {
  const files: Record<string, string> = {
    'next/index.d.ts': "export { a } from '../gateway/a.ts'\nexport { NextRequest } from 'next/server'",
    'gateway/a.d.ts': 'export declare const a: import("./b.ts").B',
    'gateway/b.d.ts': "import './a.ts'\nimport './styles.css'\nexport type B = 1",
    'gateway/inside.d.ts': 'export declare const inside: 1',
  }
  expect(reachableDeclarations(['next/index.d.ts'], (file) => files[file] ?? '')).toEqual([
    'next/index.d.ts',
    'gateway/a.d.ts',
    'gateway/b.d.ts',
  ])
})

test.each([
  ["import type { A } from './a.ts'", "import type { A } from './a.js'"],
  ["export * from '../ui/b.tsx'", "export * from '../ui/b.js'"],
  ['type C = import("./c.ts").C', 'type C = import("./c.js").C'],
  ["import { NextRequest } from 'next/server'", "import { NextRequest } from 'next/server.js'"],
  ["import { NextConfig } from 'next'", "import { NextConfig } from 'next'"],
  ["import './styles.css'\nexport {}", 'export {}'],
  ['/** keeps `./a.ts` */', '/** keeps `./a.ts` */'],
])('%s becomes %s', (written, built) => {
  expect(withBuiltImports(written)).toBe(built)
})
